"""What `check` says of a stale page: each place, where it comes from, and which side moved, as git knows it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from literate.cli import main
from tests.project import TEMPLATE, Files, write
from tests.repository import commit, git, repository

Output = pytest.CaptureFixture[str]

SETTINGS = "[tool.literate]\nbanner = false\n"
SCRIPT = '"""Adds."""\n\nimport sys\n\n\ndef add(a, b):\n    # teh sum\n    return a + b\n'
PAGE = "# Adding\n\n:TOC\n\n## Sums\n\nTwo numbers.\n\n```python\n:INCLUDE a.py\n```\n\n## End\n"
FILES: Files = {"pyproject.toml": SETTINGS, "a.py": SCRIPT, TEMPLATE: PAGE}
WAY_OUT = "    `build-readme` writes it anew; edit README_raw.md, not the page\n"
ADOPT = "    `build-readme adopt` carries the edits of the page back into its sources\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return repository(tmp_path)


def build() -> None:
    assert main(["-q"]) == 0


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told(capsys: Output) -> list[str]:
    """What `check` says of the places of the page, but for their lines."""
    capsys.readouterr()
    assert main(["check", "-q"]) == 1
    lines = [line.strip() for line in capsys.readouterr().err.split("\n")]
    return [line for line in lines if line.startswith("README.md:") and ": error: " not in line]


def test_all_that_is_said(folder: Path, capsys: Output) -> None:
    write(folder, FILES)
    build()
    commit(folder, "one")
    replace(folder / "README.md", "teh sum", "the sum")
    two = commit(folder, "two")
    assert main(["check"]) == 1
    assert capsys.readouterr() == (
        "README.md: stale\n",
        (
            "README.md:16:8: error: stale: from here on it is not what README_raw.md weaves\n"
            f"    README.md:16: comes from a.py:7; edited by hand in {two}, which touched none of its sources\n"
            "    @@ -16 +16 @@\n"
            "    -    # the sum\n"
            "    +    # teh sum\n"
            f"{ADOPT}{WAY_OUT}"
        ),
    )


# What happens to a project that is fresh and committed; `{}` in what is said is the newest commit.

Happens = Callable[[Path], str]


def by_hand(old: str, new: str, committed: bool = True, also: Files | None = None) -> Happens:
    def happens(folder: Path) -> str:
        replace(folder / "README.md", old, new)
        return commit(folder, "by hand", also) if committed else ""

    return happens


def source(path: str, old: str, new: str, committed: bool = True) -> Happens:
    def happens(folder: Path) -> str:
        replace(folder / path, old, new)
        return commit(folder, "source") if committed else ""

    return happens


ALONE = "edited by hand in {}, which touched none of its sources"
OPEN = "edited by hand, in no commit yet"
STAYED = "a.py changed in {} and the page was not rebuilt"


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        pytest.param(by_hand("teh sum", "the sum"), [f"16: comes from a.py:7; {ALONE}"], id="code by hand"),
        pytest.param(by_hand("Two", "2"), [f"8: comes from README_raw.md:7; {ALONE}"], id="prose by hand"),
        pytest.param(
            by_hand("Two", "2", also={"a.py": SCRIPT + "# end\n"}),
            [
                "8: comes from README_raw.md:7; edited by hand in {}",
                f"18: comes from a.py:9; {STAYED}",
            ],
            id="by hand, in a commit that changed a source as well",
        ),
        pytest.param(
            by_hand("teh sum", "the sum", False), [f"16: comes from a.py:7; {OPEN}"], id="not committed"
        ),
        pytest.param(
            by_hand("Two numbers.\n", ""), [f"8: comes from README_raw.md:7; {ALONE}"], id="deleted by hand"
        ),
        pytest.param(
            by_hand("Two numbers.\n", "", False),
            [f"8: comes from README_raw.md:7; {OPEN}"],
            id="deleted, not committed",
        ),
        pytest.param(
            by_hand("Two numbers.\n", "Two numbers.\nOr more.\n"),
            [f"9: comes from no source: it stands below README_raw.md:7; {ALONE}"],
            id="inserted by hand",
        ),
        pytest.param(
            by_hand("- [Sums]", "- [Sum]"), [f"3: comes from README_raw.md:3; {ALONE}"], id="made, by hand"
        ),
        pytest.param(
            by_hand("# Code in", "# From"), [f"11: comes from a.py:1; {ALONE}"], id="header, by hand"
        ),
        pytest.param(source("a.py", "teh sum", "the sum"), [f"16: comes from a.py:7; {STAYED}"], id="source"),
        pytest.param(
            source("a.py", "teh sum", "the sum", False),
            ["16: comes from a.py:7; a.py has changed, in no commit yet, and the page was not rebuilt"],
            id="source, not committed",
        ),
        pytest.param(
            source("a.py", "import sys\n", "import sys\nimport os\n"),
            [f"13: comes from a.py:4; {STAYED}"],
            id="source, inserted",
        ),
        pytest.param(
            source("a.py", "import sys\n", ""),
            [f"12: comes from no source: it stands below a.py:1; {STAYED}"],
            id="source, deleted",
        ),
        pytest.param(
            source(TEMPLATE, "## Sums", "## The sum"),
            [
                "3: comes from README_raw.md:3; README_raw.md changed in {} and the page was not rebuilt",
                "6: comes from README_raw.md:5; README_raw.md changed in {} and the page was not rebuilt",
            ],
            id="a heading, and the table of contents",
        ),
        pytest.param(
            source("pyproject.toml", "banner = false", "banner = true"),
            ["1: comes from README_raw.md:1; pyproject.toml changed in {} and the page was not rebuilt"],
            id="a setting",
        ),
    ],
)
def test_which_side_moved(folder: Path, capsys: Output, happens: Happens, expected: list[str]) -> None:
    write(folder, FILES)
    build()
    commit(folder, "fresh")
    newest = happens(folder)
    assert told(capsys) == [f"README.md:{line.format(newest)}" for line in expected]


def test_what_is_made_of_other_files(folder: Path, capsys: Output) -> None:
    """A diff, a rendered template and a recording: the file that moved is named, whatever its line is made for."""
    write(folder, {"pyproject.toml": SETTINGS, "b.py": "print(1)\n", "r.j2": "One\n", "c.py": "x = 1\n"})
    write(folder, {TEMPLATE: ":DIFF c.py b.py\n\n:RENDER r.j2\n\n:OUTPUT b.py\n"})
    assert main(["record", "-q"]) == 0
    build()
    commit(folder, "fresh")
    one = commit(folder, "one", {"c.py": "x = 2\n"})
    two = commit(folder, "two", {"r.j2": "Two\n"})
    assert told(capsys) == [
        f"README.md:5: comes from README_raw.md:1; c.py changed in {one} and the page was not rebuilt",
        f"README.md:9: comes from r.j2:1; r.j2 changed in {two} and the page was not rebuilt",
    ]
    write(folder, {"b.py": "print(2)\n"})
    assert main(["record", "-q"]) == 0
    three = commit(folder, "three")
    assert told(capsys)[1:] == [
        f"README.md:9: comes from r.j2:1; r.j2 changed in {two} and the page was not rebuilt",
        (
            f"README.md:12: comes from recordings/b.py.json:{line_of(folder, 'b.py')}; "
            f"recordings/b.py.json changed in {three} and the page was not rebuilt"
        ),
    ]


def line_of(folder: Path, example: str) -> int:
    """Where the recording of `example` has the first line that was printed."""
    lines = (folder / f"recordings/{example}.json").read_text().split("\n")
    return next(number for number, line in enumerate(lines, 2) if line == ' "lines": [')


def test_both_sides(folder: Path, capsys: Output) -> None:
    write(folder, FILES)
    build()
    commit(folder, "fresh")
    one = commit(folder, "one", {"a.py": SCRIPT.replace("teh", "the")})
    replace(folder / "README.md", "teh sum", "a sum")
    assert told(capsys) == [f"README.md:16: comes from a.py:7; {OPEN}; a.py changed in {one} as well"]


def test_a_file_that_was_renamed(folder: Path, capsys: Output) -> None:
    write(folder, FILES)
    build()
    commit(folder, "fresh")
    git(folder, "mv", "a.py", "b.py")
    replace(folder / TEMPLATE, "a.py", "b.py")
    one = commit(folder, "one")
    assert told(capsys) == [
        f"README.md:11: comes from b.py:1; b.py changed in {one} and the page was not rebuilt"
    ]


def test_a_merge(folder: Path, capsys: Output) -> None:
    """The page of one branch, a source of the other."""
    write(folder, FILES)
    build()
    commit(folder, "fresh")
    git(folder, "switch", "-qc", "side")
    side = commit(folder, "side", {"a.py": SCRIPT.replace("teh", "the")})
    git(folder, "switch", "-q", "main")
    replace(folder / "README.md", "Two", "2")
    main_ = commit(folder, "main")
    git(folder, "merge", "-q", "--no-edit", "side")
    assert told(capsys) == [
        f"README.md:8: comes from README_raw.md:7; edited by hand in {main_}, which touched none of its sources",
        f"README.md:16: comes from a.py:7; a.py changed in {side} and the page was not rebuilt",
    ]


def test_below_the_root_of_the_repository(
    folder: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "inner", FILES)
    monkeypatch.chdir(folder / "inner")
    build()
    commit(folder, "fresh")
    replace(folder / "inner/README.md", "Two", "2")
    one = commit(folder, "one", {"outer.txt": "x\n"})
    replace(folder / "inner/a.py", "teh", "the")
    assert told(capsys) == [
        f"README.md:8: comes from README_raw.md:7; edited by hand in {one}, which touched none of its sources",
        "README.md:16: comes from a.py:7; a.py has changed, in no commit yet, and the page was not rebuilt",
    ]


def test_a_shallow_clone(
    folder: Path, capsys: Output, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not known is not said."""
    write(folder, FILES)
    build()
    commit(folder, "fresh")
    replace(folder / "README.md", "Two", "2")
    commit(folder, "by hand")
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", "--depth=1", f"file://{folder}", ".")
    monkeypatch.chdir(clone)
    assert told(capsys) == ["README.md:8: comes from README_raw.md:7"]
    replace(clone / "README.md", "teh", "the")
    assert told(capsys)[1:] == [f"README.md:16: comes from a.py:7; {OPEN}"]


def test_a_page_that_was_never_fresh(folder: Path, capsys: Output) -> None:
    """The order of the commits has to do, for lines that both sides have."""
    write(folder, FILES)
    build()
    replace(folder / "README.md", "## End", "## The end")
    zero = commit(folder, "zero")
    replace(folder / "README.md", "teh sum", "the sum")
    one = commit(folder, "one")
    two = commit(folder, "two", {TEMPLATE: PAGE.replace("Two", "2")})
    replace(folder / "README.md", "import sys", "import os")
    assert told(capsys) == [
        f"README.md:8: comes from README_raw.md:7; README_raw.md changed in {two} and the page was not rebuilt",
        f"README.md:12: comes from a.py:3; {OPEN}",
        f"README.md:16: comes from a.py:7; edited by hand in {one}, which touched none of its sources",
        f"README.md:20: comes from README_raw.md:13; edited by hand in {zero}",
    ]


@pytest.mark.parametrize("where", ["nowhere", "untracked", "no git"])
def test_without_history(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The places and their origins are all that can be said."""
    monkeypatch.chdir(tmp_path)
    if where != "nowhere":
        commit(repository(tmp_path), "empty")
    if where == "no git":
        monkeypatch.setenv("PATH", "")
    write(tmp_path, FILES)
    build()
    replace(tmp_path / "README.md", "teh sum", "the sum")
    assert told(capsys) == ["README.md:16: comes from a.py:7"]


def test_many_places(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"line {number}" for number in range(100)]
    write(tmp_path, {"pyproject.toml": SETTINGS, TEMPLATE: "\n".join(lines) + "\n"})
    build()
    page = [line if number % 4 else f"Line {number}" for number, line in enumerate(lines)]
    write(tmp_path, {"README.md": "\n".join(page) + "\n"})
    assert len(told(capsys)) == 20
    assert main(["check"]) == 1
    assert "    ... and 5 more places\n" in capsys.readouterr().err
    write(tmp_path, {"README.md": "x\n" * 100})
    assert main(["check"]) == 1
    shown = ["-x"] * 5 + [f"+line {number}" for number in range(5)] + ["... 190 more lines"]
    assert "".join(f"    {line}\n" for line in ["@@ -1,100 +1,100 @@", *shown]) in capsys.readouterr().err


def test_a_page_of_thirty_megabytes(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other everywhere: told in seconds, and in few words."""
    monkeypatch.chdir(tmp_path)
    text = "".join(f"{number} of many lines, each another\n" for number in range(800_000))
    write(
        tmp_path,
        {"pyproject.toml": SETTINGS + "limit = 0\n", TEMPLATE: text, "README.md": text.replace("y", "Y")},
    )
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert "    @@ -1,800000 +1,800000 @@\n" in err
    assert len(err) < 2000


def test_an_end_without_a_line_end(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"pyproject.toml": SETTINGS, TEMPLATE: "a\r\nb\r\n", "README.md": "a\r\nb"})
    assert main(["check"]) == 1
    shown = ["@@ -2 +2 @@", "-b", "\\ No newline at end of file", "+b\\r"]
    assert "".join(f"    {line}\n" for line in shown) in capsys.readouterr().err
