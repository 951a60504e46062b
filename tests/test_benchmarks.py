"""The benchmarks measure what they say: the workloads, the floor, and one run of each script in small."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT, run

BENCHMARKS = ROOT / "benchmarks"
DIALECTS = ["code-runner", "cog", "embedme", "include-markdown", "magic", "markdown-include", "snippets"]


def python(*words: str | Path, folder: Path = ROOT) -> str:
    """What a script of the benchmarks prints; it must end well."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def generated(folder: Path, *words: str) -> Path:
    python(BENCHMARKS / "workloads.py", folder, *words)
    return folder


def digests(folder: Path) -> dict[str, str]:
    """The digest of each file below `folder`."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workloads of a tutorial's size."""
    return generated(tmp_path_factory.mktemp("workloads"), "S", "Sd")


def test_the_workloads_are_the_same_bytes_every_time(small: Path, tmp_path: Path) -> None:
    again = digests(generated(tmp_path, "S", "Sd"))
    assert again == digests(small)
    # And on every machine: figures of one are to be compared with those of another.
    assert again["S/README_raw.md"][:16] == "f8a394831616dca7"
    assert again["Sd/manifest.json"][:16] == "bb9231ce61ade1fd"


def test_what_is_in_a_workload(small: Path) -> None:
    template = (small / "S/README_raw.md").read_text(encoding="utf-8")
    scripts = [path.read_text(encoding="utf-8") for path in sorted((small / "S").glob("package_*/*.py"))]
    assert template.count("\n:INCLUDE ") == len(scripts) == 9
    assert template.count("\n") == 237
    assert all(65 <= script.count("\n") <= 95 and '"""' not in script for script in scripts)
    docstrings = [path.read_text(encoding="utf-8").count('\n"""\n') for path in (small / "Sd").glob("*/*.py")]
    assert docstrings == [2] * 9
    assert sorted(path.stem for path in (small / "S").glob("*.md")) == sorted(["README_raw", *DIALECTS])


@pytest.mark.parametrize("name", ["S", "Sd"])
def test_every_way_of_ours_makes_the_expected_page(small: Path, name: str) -> None:
    folder = small / name
    assert run(folder, "--set", "banner=false").returncode == 0
    assert run(folder, "check", "--set", "banner=false").returncode == 0
    python(BENCHMARKS / "ancestor.py", "README_raw.md", "ancestor.md", folder=folder)
    python(BENCHMARKS / "splice.py", "README_raw.md", "splice.md", folder=folder)
    page = (folder / "README.md").read_bytes()
    assert hashlib.sha256(page).hexdigest() in (folder / "manifest.json").read_text()
    assert (folder / "ancestor.md").read_bytes() == page
    assert ((folder / "splice.md").read_bytes() == page) is (name == "S")  # it knows nothing of docstrings
    pieces = (folder / "pieces.txt").read_text().split("\0")
    assert b"".join((folder / piece).read_bytes() for piece in pieces) == (folder / "splice.md").read_bytes()


def test_weaving_in_small() -> None:
    """Each page of each tool is compared with what was expected, so a fault shows in a table."""
    said = python(BENCHMARKS / "weaving.py", "--quick", "--without-peers")
    assert said.startswith("--quick: ")
    assert "check of this tutorial: " in said
    table = [line.split() for line in said.split("\n") if line.startswith(("build, ", "check  "))]
    assert len(table) == 6
    assert all(words[-1].startswith("x") for words in table)
    assert "exit status" not in said.replace("check of this tutorial: exit status 1", "")
    assert "another page than expected" not in said


def test_scaling_in_small() -> None:
    said = python(BENCHMARKS / "scaling.py", "--quick")
    assert [line.split()[-3:] for line in said.split("\n")[2:3]] == [["10", "100", "1,000"]]
    assert "XLf, peak memory" in said
    assert "exit status" not in said
    assert "another page than expected" not in said


@pytest.mark.frameworks
def test_recording_in_small() -> None:
    said = python(BENCHMARKS / "recording.py", "--quick", "--without-peers")
    assert "record, from nothing, of max(longest, sum/2) of its own runs: x" in said
    assert "record, nothing changed" in said
    assert said.endswith("not compared with: sphinx-gallery\n")
