"""The ancestor's story on our own tutorial: on 2019-07-02 its commit 29e58eb, "Typo", mended a word in README.md alone,
and the script that the word comes from has it wrong to this day. Nothing told anybody."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT, snapshot
from tests.repository import commit, repository

SCRIPT = "nn/two_layer_net_optim.py"
RIGHT, WRONG = "keeps a reference", "keeps a refrence"


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    """The command in the clone, where not all is that the page links to."""
    command = [sys.executable, str(ROOT / "build_readme.py"), *words, "--set", "links=false"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """A repository with this tutorial in it."""
    for name in ("tensor", "autograd", "nn", "recordings", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if (
            path.is_file()
            and path.suffix in (".md", ".py", ".toml", ".txt", ".j2", "")
            and path.name[0] != "."
        ):
            shutil.copy(path, tmp_path)
    return repository(tmp_path)


def replace(path: Path, old: str, new: str) -> int:
    """Replace what stands in the file first; its line."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_typo_that_was_mended_on_the_page_alone(tutorial: Path) -> None:
    line = replace(tutorial / SCRIPT, RIGHT, WRONG)
    assert run(tutorial) == (0, "README.md: written\n", "")
    commit(tutorial, "A tutorial with a typo")
    place = replace(tutorial / "README.md", WRONG, RIGHT)
    typo = commit(tutorial, "Typo")

    code, out, err = run(tutorial, "check")
    assert (code, "README.md: stale\n" in out) == (1, True)
    assert (
        f"    README.md:{place}: comes from {SCRIPT}:{line}; "
        f"edited by hand in {typo}, which touched none of its sources\n"
        f"    @@ -{place} +{place} @@\n"
    ) in err
    assert "    `build-readme adopt` carries the edits of the page back into its sources\n" in err
    assert (
        run(tutorial, "where", f"README.md:{place - 1}")[1]
        == f"README.md:{place - 1} comes from {SCRIPT}:{line - 1}\n"
    )

    before = snapshot(tutorial)
    code, out, err = run(tutorial, "adopt", "--yes")
    assert (code, err) == (0, "")
    assert out.startswith(f"--- {SCRIPT}\n+++ {SCRIPT}\n@@ ")
    assert out.endswith(f"{SCRIPT}: changed\nREADME.md: written\n")
    after = snapshot(tutorial)
    changed = {path for path in before if before[path][3] != after[path][3] and "__pycache__" not in path}
    assert changed == {SCRIPT, "README.md"}  # where a diff shows the line as well
    assert (tutorial / "README.md").read_bytes() == (ROOT / "README.md").read_bytes()
    assert (tutorial / SCRIPT).read_text() == (ROOT / SCRIPT).read_text()
    code, out, err = run(tutorial, "check")
    assert (code, err) == (0, "")
    assert "README.md: fresh\n" in out
