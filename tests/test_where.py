"""Where lines of pages come from, and where pages show the lines of a file."""

import json
from pathlib import Path

import pytest

from literate.cli import main
from tests.project import TEMPLATE, run, write

Output = pytest.CaptureFixture[str]

SCRIPT = '"""Adds."""\n\nimport sys\n\n\ndef add(a, b):\n    return a + b\n'
FILES = {
    "pyproject.toml": "[tool.literate]\nbanner = false\n",
    "src/a.py": SCRIPT,
    "src/hidden.py": "x = 1\n",
    TEMPLATE: "# A\n\n:INCLUDE src/a.py\n\nEnd.\n",
    "docs/README_raw.md": ":INCLUDE /src/a.py#add\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, FILES)
    assert main(["-q"]) == 0
    return tmp_path


def where(capsys: Output, *places: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["where", *places])
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        pytest.param("README.md:9", "README.md:9 comes from src/a.py:7\n", id="code"),
        pytest.param("README.md:12", "README.md:12 comes from README_raw.md:5\n", id="prose"),
        pytest.param("README.md:4", "README.md:4 is made for src/a.py:1\n", id="a header"),
        pytest.param(
            "README.md:7-10",
            "README.md:7-9 comes from src/a.py:5-7\nREADME.md:10 is made for README_raw.md:3\n",
            id="a range",
        ),
        pytest.param(
            "README.md",
            "README.md:1-2 comes from README_raw.md:1-2\n"
            "README.md:3 is made for README_raw.md:3\n"
            "README.md:4 is made for src/a.py:1\n"
            "README.md:5-9 comes from src/a.py:3-7\n"
            "README.md:10 is made for README_raw.md:3\n"
            "README.md:11-12 comes from README_raw.md:4-5\n",
            id="a page",
        ),
        pytest.param(
            "src/a.py:7",
            "src/a.py:7 is at README.md:9\nsrc/a.py:7 is at docs/README.md:3\n",
            id="a line of a file",
        ),
        pytest.param(
            "src/a.py",
            "src/a.py:1 has made README.md:4\n"
            "src/a.py:3-7 is at README.md:5-9\n"
            "src/a.py:6-7 is at docs/README.md:2-3\n",
            id="a file",
        ),
        pytest.param(
            "src/a.py:4-99999999",
            "src/a.py:4-7 is at README.md:6-9\nsrc/a.py:6-7 is at docs/README.md:2-3\n",
            id="a range of a file",
        ),
        pytest.param(
            "README_raw.md:3",
            "README_raw.md:3 has made README.md:3\nREADME_raw.md:3 has made README.md:10\n",
            id="a directive",
        ),
    ],
)
def test_places(folder: Path, capsys: Output, place: str, answer: str) -> None:
    assert where(capsys, place) == (0, answer, "")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        pytest.param("README.md:13", "'README.md' has 12 lines", id="behind the page"),
        pytest.param("README.md:12-13", "'README.md' has 12 lines", id="partly behind it"),
        pytest.param(
            "README.md:0", "'0' is no line, nor a range of lines: they count from 1 and rise", id="no line"
        ),
        pytest.param(
            "README.md:5-2", "'5-2' is no line, nor a range of lines: they count from 1 and rise", id="falls"
        ),
        pytest.param("src/a.py:2", "no page shows src/a.py:2; other lines of it are shown", id="left out"),
        pytest.param("src/hidden.py", "no page shows src/hidden.py", id="shown nowhere"),
        pytest.param("src/b.py", "no file or folder 'src/b.py'", id="no file"),
        pytest.param("README.md:x", "no file or folder 'README.md:x'", id="no number"),
    ],
)
def test_what_is_not_known(folder: Path, capsys: Output, place: str, message: str) -> None:
    assert where(capsys, place) == (2, "", f"error: {message}\n")


def test_several_places_from_another_folder(
    folder: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "docs")
    answers = "README.md:2 comes from ../src/a.py:6\n../src/a.py:3 is at ../README.md:5\n"
    assert where(capsys, "README.md:2", "../src/a.py:3") == (0, answers, "")


def test_a_page_that_was_edited(folder: Path, capsys: Output) -> None:
    """The lines are those that an editor shows."""
    page = folder / "README.md"
    page.write_text("\n" + page.read_text().replace("import sys", "import os"))
    answer = (
        "README.md:5 is made for src/a.py:1\n"
        "README.md:6 comes from no source: the page was edited, or is stale\n"
        "README.md:7-10 comes from src/a.py:4-7\n"
    )
    assert where(capsys, "README.md:5-10") == (0, answer, "")
    assert where(capsys, "src/a.py:7", "README.md:1")[1] == (
        "src/a.py:7 is at README.md:10\n"
        "src/a.py:7 is at docs/README.md:3\n"
        "README.md:1 comes from no source: the page was edited, or is stale\n"
    )


def test_for_machines(folder: Path, capsys: Output) -> None:
    code, out, err = where(capsys, "--json", "README.md:3", "src/a.py:6-7")
    assert (code, err) == (0, "")
    assert json.loads(out)["places"] == [
        {
            "page": "README.md",
            "lines": [3, 3],
            "path": "README_raw.md",
            "path_lines": [3, 3],
            "copied": False,
        },
        {"page": "README.md", "lines": [8, 9], "path": "src/a.py", "path_lines": [6, 7], "copied": True},
        {"page": "docs/README.md", "lines": [2, 3], "path": "src/a.py", "path_lines": [6, 7], "copied": True},
    ]


def test_a_template_with_a_fault(folder: Path, capsys: Output) -> None:
    write(folder, {TEMPLATE: ":INCLUDE c.py\n"})
    code, out, err = where(capsys, "README.md:1")
    assert (code, out) == (3, "")
    assert err.startswith("README_raw.md:1:10: error: no file 'c.py'")


def test_by_a_bare_python(folder: Path) -> None:
    result = run(folder, "where", "README.md:9")
    assert (result.returncode, result.stdout) == (0, "README.md:9 comes from src/a.py:7\n")
