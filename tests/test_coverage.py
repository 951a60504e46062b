"""`coverage` lists what the project keeps and no page shows."""

from pathlib import Path

import pytest

from tests.project import TEMPLATE, Files, write
from tests.recorded import LOSSES, drawn, recorded, recording
from tests.test_cli import Output, outcome

SETTINGS = '[tool.literate]\nbanner = false\nexamples = ["ex/*.py"]\n'
REGIONS = (
    "# region one\nx = 1\n# endregion\n# region two\ny = 1\n# region three\nz = 1\n# endregion\n# endregion\n"
)
PAGE = ":INCLUDE ex/a.py\n\n:OUTPUT ex/a.py\n\n:PLOT ex/a.py\n"
SCRIPTS: Files = {TEMPLATE: PAGE, "pyproject.toml": SETTINGS, "ex/a.py": "import b\n", "ex/b.py": "y = 1\n"}
FILES = drawn(recorded(SCRIPTS, {"ex/a.py": LOSSES}))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of which a page shows everything but a module that an example imports."""
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(capsys: Output) -> list[str]:
    code, out, err = outcome(capsys, "coverage")
    assert (code, err) == (0, "")
    return out.splitlines()


@pytest.mark.usefixtures("project")
def test_nothing_to_list(capsys: Output) -> None:
    assert listed(capsys) == []
    assert outcome(capsys, "coverage", "--fail") == (0, "", "")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"ex/c.py": ""}, ["ex/c.py:1: no page shows this script"], id="script"),
        pytest.param({"other/c.py": "", "ex/notes.txt": ""}, [], id="elsewhere, and no script"),
        pytest.param(
            {"pyproject.toml": SETTINGS.replace("ex/*", "ex/a*"), "ex/c.py": ""},
            ["ex/c.py:1: no page shows this script"],
            id="in the folder of a pattern that does not match it",
        ),
        pytest.param(
            {TEMPLATE: PAGE + ":INCLUDE r.py#one\n", "r.py": REGIONS},
            ["r.py:4: no page includes the region 'two'", "r.py:6: no page includes the region 'three'"],
            id="regions",
        ),
        pytest.param(
            {TEMPLATE: PAGE + ":INCLUDE r.py#one\n:INCLUDE r.py#three\n", "r.py": REGIONS},
            ["r.py:4: no page includes the region 'two'"],
            id="a region inside one that nothing includes",
        ),
        pytest.param(
            {TEMPLATE: PAGE + "- a\n\n  :INCLUDE r.py#one\n\n:INCLUDE r.py#two\n", "r.py": REGIONS},
            [],
            id="all of them",
        ),
        pytest.param({TEMPLATE: PAGE + ":INCLUDE r.py\n", "r.py": REGIONS}, [], id="the whole file"),
        pytest.param({"r.py": REGIONS}, [], id="of a file that is not included"),
        pytest.param(
            {TEMPLATE: PAGE + "\n```python\nx = 1\n```\n"},
            ["README_raw.md:7: this code comes from no file, so nothing runs it"],
            id="fence",
        ),
        pytest.param(
            {TEMPLATE: PAGE + "\n> - ~~~~ Py title\n>   x = 1\n>   ~~~~\n"},
            ["README_raw.md:7: this code comes from no file, so nothing runs it"],
            id="fence in a list in a quote",
        ),
        pytest.param(
            {
                TEMPLATE: PAGE + "\n:INCLUDE more.md\n:INCLUDE more.md\n",
                "more.md": "a\n\n```python\nx = 1\n```\n",
            },
            ["more.md:3: this code comes from no file, so nothing runs it"],
            id="fence of a Markdown file, told once",
        ),
        pytest.param(
            {
                TEMPLATE: PAGE
                + "\n```python\n# as in\n:INCLUDE ex/a.py\n```\n\n```sh\nls\n```\n\n```python\n```\n"
            },
            [],
            id="fences that are right",
        ),
        pytest.param(
            {"recordings/ex/gone.py.json": "", "recordings/ex/gone.py.figure-1.svg": ""},
            [
                "recordings/ex/gone.py.figure-1.svg:1: the figure of a script that is gone",
                "recordings/ex/gone.py.json:1: the recording of a script that is gone",
            ],
            id="of a script that is gone",
        ),
        pytest.param(
            {"d.py": "", "recordings/d.py.json": recording({"d.py": ""}, "d.py", []).serialise()},
            ["recordings/d.py.json:1: no page uses this recording"],
            id="of a script that no page uses",
        ),
        pytest.param(
            {"recordings/ex/a.py.figure-1.svg": ""},
            ["recordings/ex/a.py.figure-1.svg:1: the recording has no such figure"],
            id="figure",
        ),
        pytest.param(
            {TEMPLATE: ":INCLUDE ex/a.py\n\n:OUTPUT ex/a.py\n"},
            [
                "recordings/plots/ex/a-loss-dark.svg:1: no page shows this plot",
                "recordings/plots/ex/a-loss-light.svg:1: no page shows this plot",
            ],
            id="plot",
        ),
        pytest.param({"recordings/README": "a\n"}, [], id="what is none of ours"),
    ],
)
def test_listed(project: Path, capsys: Output, files: Files, expected: list[str]) -> None:
    write(project, files)
    assert listed(capsys) == expected


def test_fail(project: Path, capsys: Output) -> None:
    write(project, {"ex/c.py": ""})
    expected = "ex/c.py:1: error: no page shows this script\n"
    assert outcome(capsys, "coverage", "--fail") == (1, "", expected)
    assert outcome(capsys, "coverage", "--fail", "--quiet") == (1, "", expected)


def test_a_template_that_is_wrong_is_told(project: Path, capsys: Output) -> None:
    write(project, {TEMPLATE: PAGE + ":INCLUDE zz.py\n"})
    code, _, err = outcome(capsys, "coverage")
    assert (code, err) == (3, "README_raw.md:6:10: error: no file 'zz.py'\n")
