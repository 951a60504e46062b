"""Carrying edits of a page back into the files that its lines come from."""

import contextlib
import io
import json
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from literate.adopt import adopt as find_adoption
from literate.adopt import carry_out
from literate.changes import bare_lines_of, find_changes
from literate.cli import main
from literate.model import Settings
from literate.project import Project
from literate.workspace import Workspace
from tests.project import ROOT, TEMPLATE, Files, message, run, snapshot, write
from tests.repository import commit, repository

Output = pytest.CaptureFixture[str]

SCRIPT = (
    '"""Adds."""\n\nimport sys\n\n\ndef add(a, b):\n    # the sum\n    return a + b\n\n\nprint(add(1, 2))\n'
)
TITLED = "# Adding\n\nTwo numbers.\n\n```python\n:INCLUDE a.py\n```\n\nThat is all.\n"
UNSURE = "which side moved is not known: be sure that the page was edited, and not its sources\n"
UNLIKE = "and not edited alike in all of them\n"
LED_TO = "    this is what the edits of README.md would lead to; carry it back by hand: make the edit in the source\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def woven(folder: Path, files: Files, *options: str) -> None:
    """A project with its pages woven, no banner on them."""
    write(folder, files)
    assert main(["-q", "--set", "banner=false", *options]) == 0


def edit(folder: Path, old: str, new: str, page: str = "README.md", count: int = 1) -> None:
    """Edit a page by hand."""
    path = folder / page
    text = path.read_bytes()
    assert text.count(old.encode()) >= count
    path.write_bytes(text.replace(old.encode(), new.encode(), count))


def adopt(capsys: Output, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["adopt", "--yes", "--set", "banner=false", *words])
    return code, *capsys.readouterr()


def assert_fresh(*options: str) -> None:
    assert main(["check", "-q", "--set", "banner=false", *options]) == 0


# What is carried back, and where to


ADOPTED = [
    pytest.param({}, TITLED, "Two numbers.", "Two terms.", TEMPLATE, "Two terms.", id="prose"),
    pytest.param({}, TITLED, "Two numbers.\n", "", TEMPLATE, "# Adding\n\n\n```", id="prose deleted"),
    pytest.param(
        {},
        TITLED,
        "Two numbers.\n",
        "Two numbers.\n\nMore.\n",
        TEMPLATE,
        "s.\n\nMore.\n",
        id="prose inserted",
    ),
    pytest.param({}, TITLED, "all.\n", "all.\nEnd.\n", TEMPLATE, "That is all.\nEnd.\n", id="at the end"),
    pytest.param({}, TITLED, "# Adding", "# Sums", TEMPLATE, "# Sums\n", id="the first line"),
    pytest.param({}, TITLED, "# the sum", "# their sum", "a.py", "    # their sum\n", id="code"),
    pytest.param({}, TITLED, "    # the sum\n", "", "a.py", "b):\n    return", id="code deleted"),
    pytest.param(
        {},
        TITLED,
        "print(add(1, 2))\n",
        "print(add(1, 2))\nprint()\n",
        "a.py",
        "))\nprint()\n",
        id="the last",
    ),
    pytest.param(
        {},
        TITLED,
        "a.py\nimport sys\n",
        "a.py\nimport os\nimport sys\n",
        "a.py",
        "\n\nimport os\nimport sys",
        id="the first",
    ),
    pytest.param(
        {},
        "a\n\n```python\n:INCLUDE a.py header=no\n```\n",
        "```python\n",
        "```python\nimport os\n",
        "a.py",
        '"""\n\nimport os\nimport sys',
        id="below the mark of a fence",
    ),
    pytest.param(
        {}, TITLED, "```python\n#", "```py\n#", TEMPLATE, "```py\n:INCLUDE", id="the mark of a fence"
    ),
    pytest.param(
        {}, "- b\n\n  :INCLUDE a.py\n", "  import sys", "  import os", "a.py", "\nimport os\n", id="in a list"
    ),
    pytest.param(
        {},
        "- b\n\n  :INCLUDE a.py\n",
        "a + b\n",
        "a + b\n\n  x = 1\n",
        "a.py",
        "b\n\nx = 1\n",
        id="into a list",
    ),
    pytest.param(
        {}, "> :INCLUDE a.py\n", "> import sys\n", "> import os\n", "a.py", "\nimport os\n", id="in a quote"
    ),
    pytest.param(
        {},
        "> :INCLUDE a.py\n",
        "sys\n>\n",
        "sys\n> x = 1\n",
        "a.py",
        "sys\nx = 1\n",
        id="an empty line of a quote",
    ),
    pytest.param(
        {}, "> :INCLUDE a.py\n", "> import sys\n", ">\n", "a.py", '"""\n\n\n\n', id="emptied in a quote"
    ),
    pytest.param(
        {"b.py": "# region r\nif x:\n    # region s\n    y = 1\n\n    z = 2\n    # endregion\n# endregion\n"},
        ":INCLUDE b.py#s\n",
        "z = 2",
        "z = 3",
        "b.py",
        "    z = 3\n    # end",
        id="dedented",
    ),
    pytest.param(
        {"b.py": "# region r\nif x:\n    # region s\n    y = 1\n\n    z = 2\n    # endregion\n# endregion\n"},
        ":INCLUDE b.py#s\n",
        "1\n\n",
        "1\nw = 3\n",
        "b.py",
        "    y = 1\n    w = 3\n    z",
        id="an empty line of what is dedented",
    ),
    pytest.param(
        {"n.md": "## Notes\n\nSee.\n"},
        "a\n\n:INCLUDE n.md\n\nb\n",
        "See.",
        "Look.",
        "n.md",
        "Look.\n",
        id="nested Markdown",
    ),
    pytest.param(
        {"n.md": "See.\n"},
        "> :INCLUDE n.md\n",
        "> See.",
        "> Look.",
        "n.md",
        "Look.\n",
        id="Markdown in a quote",
    ),
    pytest.param(
        {}, "a\r\n\r\n:INCLUDE a.py\r\n", "a\r\n\r\n", "b\r\n\r\n", TEMPLATE, "b\r\n\r\n:", id="CRLF, prose"
    ),
    pytest.param(
        {},
        "a\r\n\r\n:INCLUDE a.py\r\n",
        "import sys\r",
        "import os\r",
        "a.py",
        "\nimport os\n\n",
        id="CRLF, code",
    ),
    pytest.param(
        {"a.py": "x = 1\r\ny = 2\r\n"},
        ":INCLUDE a.py\n",
        "y = 2\n",
        "y = 3\nz = 4\n",
        "a.py",
        "y = 3\r\nz = 4\r\n",
        id="a script of CRLF",
    ),
    pytest.param(
        {"a.py": "x = 1\ry = 2\r"},
        ":INCLUDE a.py\n",
        "y = 2",
        "y = 3",
        "a.py",
        "x = 1\ry = 3\r",
        id="a script of CR",
    ),
    pytest.param(
        {"a.py": "x = 1\ny = 2"},
        ":INCLUDE a.py\n",
        "y = 2",
        "y = 3",
        "a.py",
        "x = 1\ny = 3",
        id="no last line end",
    ),
    pytest.param(
        {"a.py": "\ufeffx = 1\ny = 2\n"},
        ":INCLUDE a.py\n",
        "x = 1",
        "x = 3",
        "a.py",
        "\ufeffx = 3\ny",
        id="BOM of a script",
    ),
    pytest.param(
        {}, "\ufeff# A\n\nb\n", "# A", "# B", TEMPLATE, "\ufeff# B\n\nb\n", id="BOM of the template"
    ),
    pytest.param(
        {}, "a\n", "a\n", "a\n:INCLUDE a.py\n", TEMPLATE, "a\n\\:INCLUDE a.py\n", id="like a directive"
    ),
    pytest.param(
        {}, "a\n", "a\n", "a\n:INCLUED a.py\n", TEMPLATE, "a\n\\:INCLUED a.py\n", id="nearly a directive"
    ),
    pytest.param(
        {}, "a\n", "a\n", "a\n\\:TOC\n", TEMPLATE, "a\n\\\\:TOC\n", id="like one behind a backslash"
    ),
    pytest.param(
        {}, "> a\n", "> a\n", "> a\n> :TOC\n", TEMPLATE, "> a\n> \\:TOC\n", id="like a directive in a quote"
    ),
    pytest.param(
        {},
        "a\n\\:TOC\n",
        ":TOC\n",
        ":TOC depth=2\n",
        TEMPLATE,
        "a\n\\:TOC depth=2\n",
        id="a directive that is shown",
    ),
    pytest.param(
        {}, "a\n\\:TOC\n", ":TOC\n", "a table\n", TEMPLATE, "a\na table\n", id="no directive any more"
    ),
    pytest.param(
        {"b.md": "```\n"},
        "```text\n:INCLUDE b.md\n```\n",
        "````text",
        "````txt",
        TEMPLATE,
        "```txt\n:",
        id="a fence that grew",
    ),
    pytest.param(
        {},
        "a\n\n:INCLUDE a.py\n",
        "2))\n```\n",
        "2))\n```\nb\n",
        TEMPLATE,
        "a.py\nb\n",
        id="behind a directive",
    ),
    pytest.param(
        {}, ":INCLUDE a.py\n", "```python\n", "b\n\n```python\n", TEMPLATE, "b\n\n:I", id="above a directive"
    ),
    pytest.param(
        {}, ":INCLUDE a.py\n\nb\n", "\nb\n", "\n", TEMPLATE, ":INCLUDE a.py\n\n", id="the last line deleted"
    ),
]


@pytest.mark.parametrize(("files", "template", "old", "new", "path", "expected"), ADOPTED)
def test_an_edit_is_carried_into(
    folder: Path, capsys: Output, files: Files, template: str, old: str, new: str, path: str, expected: str
) -> None:
    """Into that file and no other, and the page stays as it was edited."""
    woven(folder, {"a.py": SCRIPT, TEMPLATE: template, **files})
    before = snapshot(folder)
    edit(folder, old, new)
    page = (folder / "README.md").read_bytes()
    code, _, err = adopt(capsys)
    assert (code, err) == (0, "")
    assert expected.encode() in (folder / path).read_bytes()
    assert (folder / "README.md").read_bytes() == page
    after = snapshot(folder)
    assert {name for name in before if before[name][3] != after[name][3]} == {path, "README.md"}
    assert_fresh()


def test_an_edit_that_changes_nothing_but_line_ends(folder: Path, capsys: Output) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "\n", "\r\n", count=18)
    before = snapshot(folder)
    stale = "README.md: stale; `build-readme` writes it anew\n"
    assert adopt(capsys) == (0, f"no page was edited by hand\n{stale}", "")
    assert snapshot(folder) == before


# What is refused


@pytest.mark.parametrize(
    ("files", "template", "old", "new", "expected"),
    [
        pytest.param(
            {},
            "# A\n\n:TOC\n\n## B\n",
            "- [B](#b)",
            "- [C](#b)",
            "README.md:3: error: no file holds this line: it is made for what stands at README_raw.md:3\n",
            id="table of contents",
        ),
        pytest.param(
            {},
            TITLED,
            "# Code in file a.py",
            "# From a.py",
            "README.md:6: error: no file holds this line: it is made for what stands at a.py:1\n",
            id="the header of a script",
        ),
        pytest.param(
            {"b.py": "x = 1\n"},
            ":DIFF a.py b.py\n",
            "+x = 1",
            "+x = 2",
            "README.md:14: error: no file holds this line: it is made for what stands at README_raw.md:1\n",
            id="diff",
        ),
        pytest.param(
            {},
            ":INCLUDE a.py#add\n\nb\n\n:INCLUDE a.py\n",
            "# the sum",
            "# their sum",
            "README.md:3: error: a.py:7 is shown at README.md:3 and README.md:15, " + UNLIKE,
            id="shown twice",
        ),
        pytest.param(
            {},
            ":INCLUDE a.py#add\n\nb\n\n:INCLUDE a.py\n",
            "    # the sum\n",
            "    # the sum\n    # of both\n",
            "README.md:17: error: an edit cannot be carried back: "
            "another line would come in front of this one, from a.py:8\n",
            id="inserted into one of two",
        ),
        pytest.param(
            {},
            ":INCLUDE a.py#L3-L5\n",
            "import sys\n",
            "import sys\nimport os\n",
            "README.md:5: error: an edit cannot be carried back: this line would go with it\n",
            id="another line in a range of lines",
        ),
        pytest.param(
            {},
            ":INCLUDE a.py#add\n",
            "def add",
            "def sub",
            "README_raw.md:1:10: error: no region or symbol 'add' in a.py; it has sub\n" + LED_TO,
            id="the name of a symbol",
        ),
        pytest.param(
            {},
            TITLED,
            "print(add(1, 2))\n```",
            "print(add(2, 2))\nx\n~~~",
            "README.md:15: error: these lines come from several places: a.py:11 and README_raw.md:7; "
            "edit them line by line\n",
            id="across two files",
        ),
        pytest.param(
            {},
            "- b\n\n  :INCLUDE a.py\n",
            "  import sys",
            "import sys",
            "README.md:5: error: the line is not indented, or quoted, as the others from a.py are\n",
            id="out of its list",
        ),
        pytest.param(
            {},
            "",
            "",
            "a\n",
            "README.md:1: error: these lines stand between lines that no file holds\n",
            id="a page of nothing",
        ),
    ],
)
def test_an_edit_is_refused(
    folder: Path, capsys: Output, files: Files, template: str, old: str, new: str, expected: str
) -> None:
    """With the reason, and nothing is changed."""
    woven(folder, {"a.py": SCRIPT, TEMPLATE: template, **files})
    edit(folder, old, new)
    before = snapshot(folder)
    code, out, err = adopt(capsys)
    assert (out, err) == ("", expected)
    assert code == 3
    assert snapshot(folder) == before


def test_an_edit_of_what_is_pinned_is_refused(folder: Path, capsys: Output) -> None:
    """Somebody wanted to read what changes there."""
    write(folder, {"a.py": SCRIPT, TEMPLATE: ":INCLUDE a.py#L6-L8\n"})
    assert main(["pin", "-q"]) == 0
    woven(folder, {})
    edit(folder, "# the sum", "# their sum")
    before = snapshot(folder)
    target = (folder / TEMPLATE).read_text().split()[1]
    assert adopt(capsys) == (
        3,
        "",
        (
            f"README_raw.md:1:10: error: the text of '{target}' is no longer the one that was pinned; "
            "read what changed in it, then `pin --accept` pins it anew\n"
            f"{LED_TO}"
        ),
    )
    assert snapshot(folder) == before


def test_the_banner_is_refused(folder: Path, capsys: Output) -> None:
    write(folder, {TEMPLATE: "a\n"})
    assert main(["-q"]) == 0
    edit(folder, "Woven", "Made")
    before = snapshot(folder)
    capsys.readouterr()
    assert main(["adopt", "-y"]) == 3
    reason = "no file holds this line: it is made for what stands at README_raw.md:1"
    assert capsys.readouterr().err == f"README.md:1: error: {reason}\n"
    assert snapshot(folder) == before


def test_one_edit_that_is_refused_keeps_all_back(folder: Path, capsys: Output) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "Two numbers", "Two terms")
    edit(folder, "# Code in file", "# From")
    before = snapshot(folder)
    assert adopt(capsys)[:2] == (3, "")
    assert snapshot(folder) == before


def test_what_follows_may_be_edited_along(folder: Path, capsys: Output) -> None:
    """A heading and its line in the table of contents; and that line follows where it was left alone."""
    woven(folder, {TEMPLATE: "# A\n\n:TOC\n\n## B\n\n## C\n"})
    edit(folder, "- [B](#b)", "- [D](#d)")
    edit(folder, "## B", "## D")
    assert adopt(capsys)[0] == 0
    edit(folder, "## C", "## E")
    assert adopt(capsys)[0] == 0
    assert (folder / TEMPLATE).read_text() == "# A\n\n:TOC\n\n## D\n\n## E\n"
    assert "- [D](#d)\n- [E](#e)\n" in (folder / "README.md").read_text()


def test_a_line_with_a_value(folder: Path, capsys: Output) -> None:
    """Its words are carried back; the value itself is not."""
    woven(folder, {TEMPLATE: "It is {{ 1 + 1 }} in all.\n"}, "--set", "values=true")
    edit(folder, "It is 2 in all", "It was 2 in all")
    assert adopt(capsys, "--set", "values=true")[0] == 0
    assert (folder / TEMPLATE).read_text() == "It was {{ 1 + 1 }} in all.\n"
    edit(folder, "2", "3")
    reason = "no file holds this line: it is made for what stands at README_raw.md:1"
    assert adopt(capsys, "--set", "values=true") == (3, "", f"README.md:1: error: {reason}\n")


def test_braces_get_a_backslash(folder: Path, capsys: Output) -> None:
    woven(folder, {TEMPLATE: "a\n"}, "--set", "values=true")
    edit(folder, "a\n", "a {{ b }} and `{{ c }}`, {{ d\n")
    assert adopt(capsys, "--set", "values=true")[0] == 0
    assert (folder / TEMPLATE).read_text() == "a \\{{ b }} and `{{ c }}`, \\{{ d\n"


# Several places and pages

TWICE = ":INCLUDE a.py#add\n\nb\n\n:INCLUDE a.py\n"


def test_a_line_edited_alike_wherever_it_is_shown(folder: Path, capsys: Output) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TWICE})
    edit(folder, "# the sum", "# their sum", count=2)
    assert adopt(capsys)[0] == 0
    assert (folder / "a.py").read_text() == SCRIPT.replace("# the sum", "# their sum")
    assert_fresh()


def test_a_line_edited_in_two_ways(folder: Path, capsys: Output) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TWICE})
    edit(folder, "# the sum", "# their sum")
    edit(folder, "# the sum", "# both")
    message = "README.md:15: error: a.py:7 is edited in another way at README.md:3\n"
    assert adopt(capsys) == (3, "", message)


TWO = {TEMPLATE: ":INCLUDE a.py\n", "docs/README_raw.md": "d\n\n:INCLUDE ../a.py\n", "a.py": SCRIPT}


def test_the_same_line_on_two_pages(folder: Path, capsys: Output) -> None:
    """Edited on one it is refused, also where the command is narrowed to that; edited alike on both it is carried."""
    woven(folder, TWO)
    edit(folder, "# the sum", "# their sum")
    message = "README.md:7: error: a.py:7 is shown at README.md:7 and docs/README.md:9, " + UNLIKE
    assert adopt(capsys) == (3, "", message)
    assert adopt(capsys, "README.md") == (3, "", message)
    edit(folder, "# the sum", "# their sum", "docs/README.md")
    assert adopt(capsys)[0] == 0
    assert_fresh()


def test_another_page_follows(folder: Path, capsys: Output) -> None:
    """Whatever is made of a script elsewhere is made anew; an edit of a page that was not named stays."""
    diff = ":DIFF ../b.py ../a.py\n"
    woven(folder, {**TWO, "b.py": "x = 1\n", "docs/README_raw.md": diff, "more/README_raw.md": "m\n"})
    edit(folder, "# the sum", "# their sum")
    edit(folder, "m\n", "n\n", "more/README.md")
    code, out, err = adopt(capsys, "README.md")
    assert (code, err) == (0, "")
    assert out.endswith("a.py: changed\ndocs/README.md: written\n")
    assert "# their sum" in (folder / "docs/README.md").read_text()
    assert (folder / "more/README.md").read_text() == "n\n"


# What is said, and asked

DIFF = (
    "--- a.py\n+++ a.py\n@@ -4,7 +4,7 @@\n \n \n def add(a, b):\n"
    "-    # the sum\n+    # their sum\n     return a + b\n \n \n"
)


def test_what_is_said(folder: Path, capsys: Output) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "# the sum", "# their sum")
    assert adopt(capsys) == (0, f"{DIFF}{UNSURE}a.py: changed\n", "")
    assert adopt(capsys) == (0, "no page was edited by hand\n", "")


def test_what_is_said_to_machines(folder: Path, capsys: Output) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "# the sum", "# their sum")
    code, out, err = adopt(capsys, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["changed"], told["diff"], told["errors"]) == (["a.py"], DIFF.split("\n")[:-1], [])


def test_nobody_is_there_to_be_asked(folder: Path) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "Two numbers", "Two terms")
    before = snapshot(folder)
    done = run(folder, "adopt", "--set", "banner=false")
    assert (done.returncode, done.stderr) == (
        2,
        "error: nobody is here to be asked; --yes carries the edits back without asking\n",
    )
    assert done.stdout.startswith("--- README_raw.md\n")
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("answer", "said", "kept"),
    [
        pytest.param(b"y\n", "README_raw.md: changed", False, id="yes"),
        pytest.param(b"\n", "nothing is changed", True, id="no"),
        pytest.param(b"\x04", "nothing is changed", True, id="end of input"),
    ],
)
def test_somebody_is_asked(folder: Path, answer: bytes, said: str, kept: bool) -> None:
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "Two numbers", "Two terms")
    before = snapshot(folder)
    ours, theirs = pty.openpty()
    command = [sys.executable, str(ROOT / "build_readme.py"), "adopt", "--set", "banner=false"]
    with subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        os.write(ours, answer)
        out, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert f"Change these files? [y/N] {said}\n" in out
    assert (snapshot(folder) == before) == kept


def test_a_file_saved_while_somebody_is_asked(folder: Path) -> None:
    """What was read is no longer what is there: nothing is written over it."""
    woven(folder, {"a.py": SCRIPT, TEMPLATE: TITLED})
    edit(folder, "Two numbers", "Two terms")
    project = Project(Workspace(str(folder)), Settings(banner=False), [])
    adoption = find_adoption(project)
    write(folder, {TEMPLATE: "another\n"})
    before = snapshot(folder)
    report = carry_out(project, adoption)
    assert [message(error) for error in report.errors] == [
        "README_raw.md: error: this file has changed meanwhile; adopt anew"
    ]
    assert snapshot(folder) == before


def test_what_cannot_be_written_undoes_the_rest(folder: Path, capsys: Output) -> None:
    """The template lies behind a link to another file of the project, which is never written through."""
    woven(folder, {"b.txt": "x\n", "real.py": SCRIPT, TEMPLATE: TITLED + ":INCLUDE b.txt\n"} | {"a.py": ""})
    (folder / "a.py").unlink()
    (folder / "a.py").symlink_to("real.py")
    woven(folder, {})
    edit(folder, "# the sum", "# their sum")
    edit(folder, "x\n", "y\n")
    before = snapshot(folder)
    code, _, err = adopt(capsys)
    assert (code, err) == (3, "a.py: error: 'a.py' is not a regular file\n")
    assert {name: one[3] for name, one in snapshot(folder).items()} == {
        name: one[3] for name, one in before.items()
    }


# Stale as well


def test_a_source_that_moved_stays_moved(folder: Path, capsys: Output) -> None:
    """The edit is carried back, and the page follows the source that it was not rebuilt for."""
    woven(repository(folder), {"a.py": SCRIPT, TEMPLATE: TITLED})
    commit(folder, "one")
    commit(folder, "two", {"a.py": SCRIPT.replace("# the sum", "# their sum")})
    edit(folder, "Two numbers", "Two terms")
    assert adopt(capsys)[0] == 0
    assert (folder / "a.py").read_text() == SCRIPT.replace("# the sum", "# their sum")
    assert (folder / TEMPLATE).read_text() == TITLED.replace("numbers", "terms")
    assert_fresh()


def test_a_page_that_is_only_stale(folder: Path, capsys: Output) -> None:
    woven(repository(folder), {"a.py": SCRIPT, TEMPLATE: TITLED})
    commit(folder, "one")
    write(folder, {"a.py": SCRIPT.replace("# the sum", "# their sum")})
    before = snapshot(folder)
    stale = "README.md: stale; `build-readme` writes it anew\n"
    assert adopt(capsys) == (0, f"no page was edited by hand\n{stale}", "")
    assert snapshot(folder) == before


def test_both_sides_moved(folder: Path, capsys: Output) -> None:
    woven(repository(folder), {"a.py": SCRIPT, TEMPLATE: TITLED})
    commit(folder, "one")
    write(folder, {"a.py": SCRIPT.replace("# the sum", "# their sum")})
    edit(folder, "# the sum", "# a sum")
    before = snapshot(folder)
    assert adopt(capsys) == (
        3,
        "",
        (
            "README.md:11: error: both sides moved: edited by hand, in no commit yet; "
            "a.py has changed, in no commit yet, as well; carry it back by hand: make the edit in the source\n"
        ),
    )
    assert snapshot(folder) == before


def test_a_recording_becomes_stale(folder: Path, capsys: Output) -> None:
    """When code changed; a comment leaves it fresh."""
    write(folder, {"a.py": SCRIPT, TEMPLATE: TITLED + "\n:OUTPUT a.py\n"})
    assert main(["record", "-q"]) == 0
    woven(folder, {})
    edit(folder, "# the sum", "# their sum")
    assert adopt(capsys) == (0, f"{DIFF}{UNSURE}a.py: changed\n", "")
    edit(folder, "return a + b", "return b + a")
    code, out, err = adopt(capsys)
    assert (code, err) == (0, "")
    told = "a.py: then its recording is stale: a.py has changed; `record a.py` runs it anew\n"
    assert out.endswith(f"{UNSURE}{told}a.py: changed\n")


# Any edit

PARTS = [
    ":INCLUDE a.py\n",
    "```python\n:INCLUDE a.py header=no\n```\n",
    "- x\n\n  ```\n  :INCLUDE a.py#add\n  ```\n",
    "> :INCLUDE a.py docstring=keep\n",
    "1. x\n\n   > :INCLUDE b.py#r\n",
    ":INCLUDE b.py#L2-L4\n",
    ":INCLUDE n.md\n",
    "> :INCLUDE n.md\n",
    "~~~text\n:INCLUDE f.txt\n~~~\n",
    ":TOC\n",
    "\\:INCLUDE a.py\n",
    "It is {{ 1 + 1 }} in all.\n",
    "## Heading\n",
    "Some prose\nover two lines.\n",
    "> quoted\n",
    "- item\n",
    "```\ncode\n```\n",
    "<!-- :INCLUDE a.py -->\n",
]
REGION = "if True:\n    # region r\n    x = 1\n\n    y = 2\n    # endregion\nz = 3\n"
NOTES = "### Notes\n\n:INCLUDE b.py#r\n\nSee it.\n"
words = st.sampled_from(
    [
        "",
        "a",
        "    b",
        "> c",
        "  d",
        "# e",
        "é",
        ":TOC",
        "\\:TOC",
        "{{ 1 }}",
        "```",
        "import os",
        "    # f",
        "\t",
    ]
)
Edits = list[tuple[str, float, str]]
edits_of_lines = st.lists(
    st.tuples(
        st.sampled_from(["replace", "append", "insert", "delete"]), st.floats(0, 1, exclude_max=True), words
    ),
    min_size=1,
    max_size=4,
)


def edited(lines: list[str], edits: Edits) -> list[str]:
    lines = list(lines)
    for how, where, word in edits:
        at = int(where * len(lines))
        if how == "insert":
            lines.insert(at, word)
        elif lines and how == "delete":
            del lines[at]
        elif lines:
            lines[at] = word if how == "replace" else lines[at] + word.strip()
    return lines


def changed_lines(one: bytes, other: bytes) -> int:
    changes = find_changes(bare_lines_of(one), bare_lines_of(other))
    return sum(max(len(change.before), len(change.after)) for change in changes)


@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    edits_of_lines,
)
@settings(max_examples=500)
def test_any_edit_is_adopted_or_refused(
    parts: list[str], end: str, script_end: str, bom: str, edits: Edits
) -> None:
    """Adopted, the page is fresh and holds the edit; refused, there is a reason and no byte is another."""
    files = {
        TEMPLATE: bom + "\n".join(parts).replace("\n", end),
        "a.py": bom + SCRIPT.replace("\n", script_end),
        "b.py": REGION,
        "n.md": NOTES,
        "f.txt": "a\n```\n~~~~\n",
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, files)
        options = (
            "--root",
            name,
            "--set",
            "banner=false",
            "--set",
            "values=true",
            "--set",
            "links=false",
            "-q",
        )
        assert main(["build", *options]) == 0
        page = folder / "README.md"
        right = page.read_bytes()
        wrong = end.join(edited(right.decode().split(end), edits)).encode()
        page.write_bytes(wrong)
        before = {path: path.read_bytes() for path in folder.iterdir()}
        errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stderr(errors):
            code = main(["adopt", "--yes", *options])
        told = errors.buffer.getvalue().decode()
        after = {path: path.read_bytes() for path in folder.iterdir()}
        event(f"exit {code}")
        if code:
            assert (code, after) == (3, before)
            assert "error: " in told
            event(told.partition("error: ")[2][:30])
            return
        if bare_lines_of(right) == bare_lines_of(wrong):
            assert after == before
            return
        assert main(["check", *options]) == 0
        harm = sum(changed_lines(before[path], after[path]) for path in before if path != page)
        assert harm <= changed_lines(right, wrong)
        if not any(":TOC" in part for part in parts):
            assert bare_lines_of(after[page]) == bare_lines_of(wrong)
