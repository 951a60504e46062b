"""Splitting the examples over several jobs: first the arithmetic, then real branches that are merged."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate.shards import shard
from tests.project import ROOT, write

Seconds = dict[str, float | None]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param({}, [[], []], id="nothing"),
        pytest.param({"a": 1.0}, [["a"], []], id="fewer than shards"),
        pytest.param({"a": 1.0, "b": 5.0, "c": 3.0, "d": 1.0}, [["b"], ["c", "a", "d"]], id="balanced"),
        pytest.param(
            {"a": 2.0, "b": None, "c": 4.0, "d": 6.0}, [["d", "a"], ["b", "c"]], id="one not recorded"
        ),
        pytest.param(
            {"d": None, "c": None, "b": None, "a": None}, [["a", "c"], ["b", "d"]], id="none recorded"
        ),
        pytest.param({"a": 0.0, "b": 0.0, "c": 0.0}, [["a", "c"], ["b"]], id="no time at all"),
    ],
)
def test_shards(seconds: Seconds, expected: list[list[str]]) -> None:
    assert [shard(seconds, number, 2) for number in (1, 2)] == expected


@given(
    st.dictionaries(st.text("abc", min_size=1), st.none() | st.floats(0, 1e6), max_size=20),
    st.integers(1, 6),
)
def test_every_example_is_in_one_shard_and_no_shard_is_much_longer(seconds: Seconds, count: int) -> None:
    shards = [shard(seconds, number, count) for number in range(1, count + 1)]
    assert sorted(example for part in shards for example in part) == sorted(seconds)
    other_order = dict(sorted(seconds.items(), reverse=True))
    assert [shard(other_order, number, count) for number in range(1, count + 1)] == shards
    if None not in seconds.values():
        totals = [sum(seconds[example] or 0 for example in part) for part in shards]
        longest = max((time or 0 for time in seconds.values()), default=0)
        assert max(totals) - min(totals) <= longest * (1 + 1e-9)


SCRIPT = 'print("step 0  loss 4.00")\nprint("step 1  loss 1.00")\n'
FILES = {
    "README_raw.md": "".join(f":OUTPUT {name}.py\n\n" for name in "abcde"),
    **{f"{name}.py": SCRIPT for name in "abcde"},
}


def build(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "build_readme.py"), *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    result = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=True
    )
    return result.stdout


def test_recordings_of_shards_merge(tmp_path: Path) -> None:
    """Three jobs start from one commit, each on a branch of its own."""
    origin = tmp_path / "origin"
    write(origin, FILES)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "origin")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "--message=examples")
    recorded = []
    for number in (1, 2, 3):
        git(origin, "switch", "--quiet", "--create", f"shard-{number}", "main")
        listed = build(origin, "record", "--list", "--shard", f"{number}/3")
        result = build(origin, "record", "--shard", f"{number}/3")
        assert (result.returncode, result.stderr) == (0, "")
        names = sorted(line.split()[0] for line in result.stdout.splitlines())
        assert (listed.returncode, sorted(listed.stdout.split())) == (1, names)
        recorded += names
        git(origin, "add", ".")
        git(origin, "commit", "--quiet", f"--message=shard {number}")
    assert sorted(recorded) == [f"{name}.py" for name in "abcde"]
    git(origin, "switch", "--quiet", "main")
    for number in (1, 2, 3):
        git(origin, "merge", "--quiet", "--no-edit", f"shard-{number}")
    assert build(origin, "record", "--list").returncode == 0
    assert build(origin, "build").returncode == 0
    assert json.loads((origin / "recordings/a.py.json").read_text())["lines"][0] == "step 0  loss 4.00"
    assert git(origin, "status", "--porcelain").split() == ["??", "README.md"]


def test_pictures_wait_for_the_last_shard(tmp_path: Path) -> None:
    for number in (1, 2):
        job = tmp_path / f"job-{number}"
        write(job, {**FILES, "README_raw.md": ":PLOT a.py b.py c.py\n"})
        assert build(job, "record", "--shard", f"{number}/2").returncode == 0
        assert not (job / "recordings" / "plots").exists()
    together = tmp_path / "job-1"
    shutil.copytree(tmp_path / "job-2", together, dirs_exist_ok=True)
    listed = build(together, "record", "--list")
    assert (listed.returncode, len(listed.stdout.split())) == (1, 1)
    result = build(together, "record")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert build(together, "build").returncode == 0


@pytest.mark.parametrize("value", ["0/5", "6/5", "2", "2/", "/5", "a/5", "-1/5", "1/0"])
def test_what_is_no_shard(tmp_path: Path, value: str) -> None:
    write(tmp_path, FILES)
    result = build(tmp_path, "record", f"--shard={value}")
    assert result.returncode == 2
    assert f"argument --shard: '{value}' is no part such as 2/5" in result.stderr
