"""The command: exit code and whole output, in this process and in one of its own."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from literate import __version__
from literate.cli import main
from tests.project import ROOT, TEMPLATE, run, snapshot, write

Output = pytest.CaptureFixture[str]
FRESH_PAGE = "<!-- Woven from README_raw.md by `build-readme`. Edit that file, not this one. -->\n\na\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that weaves, and the folder that the command runs in."""
    write(tmp_path, {TEMPLATE: "a\n", "docs/README_raw.md": ":INCLUDE ../src/a.py\n", "src/a.py": "x = 1\n"})
    write(tmp_path, {"pyproject.toml": "[tool.literate]\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outcome(capsys: Output, *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    try:
        code = main(list(arguments))
    except SystemExit as stop:  # argparse does
        code = int(str(stop.code))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


# 0


def test_build_and_check(project: Path, capsys: Output) -> None:
    assert outcome(capsys) == (0, "README.md: written\ndocs/README.md: written\n", "")
    assert (project / "README.md").read_text() == FRESH_PAGE
    assert outcome(capsys) == (0, "README.md: fresh\ndocs/README.md: fresh\n", "")
    assert outcome(capsys, "check") == (0, "README.md: fresh\ndocs/README.md: fresh\n", "")
    (project / "src/a.py").write_text("x = 2\n")
    assert outcome(capsys, "build") == (0, "README.md: fresh\ndocs/README.md: written\n", "")


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("docs", "docs/README.md: written\n"),
        ("docs/", "docs/README.md: written\n"),
        ("docs/README_raw.md", "docs/README.md: written\n"),
        (TEMPLATE, "README.md: written\n"),
        (".", "README.md: written\ndocs/README.md: written\n"),
    ],
)
@pytest.mark.usefixtures("project")
def test_paths_narrow(capsys: Output, path: str, written: str) -> None:
    assert outcome(capsys, path) == (0, written, "")
    assert outcome(capsys, "check", path)[0] == 0


def test_a_page_names_its_template(project: Path, capsys: Output) -> None:
    write(project, {"docs/README.md": ""})
    assert outcome(capsys, "docs/README.md") == (0, "docs/README.md: written\n", "")


def test_paths_are_shown_from_where_the_command_runs(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "docs")
    assert outcome(capsys) == (0, "../README.md: written\nREADME.md: written\n", "")
    (project / "src/a.py").unlink()
    code, _, errors = outcome(capsys)
    assert (code, errors) == (
        3,
        "README_raw.md:1:10: error: no file 'src/a.py'\n",
    )


def test_root(project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.parent / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    shown = f"../{project.name}"
    expected = f"{shown}/README.md: written\n{shown}/docs/README.md: written\n"
    assert outcome(capsys, "--root", str(project)) == (0, expected, "")
    assert outcome(capsys, "check", f"--root={project}/src")[0] == 0


@pytest.mark.usefixtures("project")
def test_quiet(capsys: Output) -> None:
    assert outcome(capsys, "-q") == (0, "", "")
    assert outcome(capsys, "check", "--quiet") == (0, "", "")


def test_json(project: Path, capsys: Output) -> None:
    write(project, {TEMPLATE: ":INCLUDE b.md\n", "b.md": "\n:INCLUDE zzz\n"})
    code, out, err = outcome(capsys, "--json")
    assert (code, err) == (3, "")
    assert json.loads(out) == {
        "pages": [],
        "errors": [
            {
                "path": "b.md",
                "line": 2,
                "column": 10,
                "message": "no file 'zzz'",
                "notes": [{"path": "README_raw.md", "line": 1, "column": 1, "message": "included here"}],
                "exit_code": 3,
            }
        ],
    }
    write(project, {TEMPLATE: "a\n"})
    code, out, err = outcome(capsys, "build", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "pages": [
            {"page": "README.md", "template": "README_raw.md", "state": "written"},
            {"page": "docs/README.md", "template": "docs/README_raw.md", "state": "written"},
        ],
        "errors": [],
    }


def test_set(project: Path, capsys: Output) -> None:
    assert outcome(capsys, "--set", "banner=false", TEMPLATE)[0] == 0
    assert (project / "README.md").read_text() == "a\n"
    assert outcome(capsys, "build", "--set", "command=make it", TEMPLATE)[0] == 0
    assert "by `make it`." in (project / "README.md").read_text()


@pytest.mark.usefixtures("project")
def test_help_teaches(capsys: Output) -> None:
    code, out, _ = outcome(capsys, "--help")
    assert code == 0
    for taught in (
        "README_raw.md",
        ":INCLUDE path/to/script.py",
        ":TOC",
        "examples:",
        "check",
        "pin",
        "exit status: 0",
    ):
        assert taught in out
    code, out, _ = outcome(capsys, "check", "--help")
    assert code == 0
    assert "Writes and runs nothing" in out


@pytest.mark.usefixtures("project")
def test_version(capsys: Output) -> None:
    assert outcome(capsys, "--version") == (0, f"build-readme {__version__}\n", "")


# 1


def test_a_page_that_is_missing(project: Path, capsys: Output) -> None:
    before = snapshot(project)
    assert outcome(capsys, "check", TEMPLATE) == (
        1,
        "README.md: stale\n",
        (
            "README.md: error: the page is missing; it is woven from README_raw.md\n"
            "    `build-readme` writes it anew; edit README_raw.md, not the page\n"
        ),
    )
    assert snapshot(project) == before


FENCED = "    +```python\n    +# Code in file src/a.py\n    +x = 1\n    +```\n    +\n    +b\n"


@pytest.mark.parametrize(
    ("page", "place", "origin", "diff"),
    [
        pytest.param(
            "# A\n\n```python\n# Code in file src/a.py\nX = 1\n```\n\nb\n",
            "5:1",
            "src/a.py:3",
            "    @@ -5 +5 @@\n    -X = 1\n    +x = 1\n",
            id="code",
        ),
        pytest.param(
            "# B\n\n```python\n# Code in file src/a.py\nx = 1\n```\n\nb\n",
            "1:3",
            "README_raw.md:1",
            "    @@ -1 +1 @@\n    -# B\n    +# A\n",
            id="template",
        ),
        pytest.param(
            "# A\n\n```python\n# Code in file src/a.py\nx = 1\n```\n\nB\n",
            "8:1",
            "README_raw.md:5",
            "    @@ -8 +8 @@\n    -B\n    +b\n",
            id="below",
        ),
        pytest.param(
            "# A\n\n~~~\n",
            "3:1",
            "README_raw.md:3 and src/a.py:1",
            f"    @@ -3 +3,6 @@\n    -~~~\n{FENCED}",
            id="the fence around it",
        ),
        pytest.param(
            "# A\n",
            "2:1",
            "README_raw.md:2 and src/a.py:1",
            f"    @@ -1,0 +2,7 @@\n    +\n{FENCED}",
            id="cut short",
        ),
        pytest.param(
            "",
            "1:1",
            "README_raw.md:1 and src/a.py:1",
            f"    @@ -0,0 +1,8 @@\n    +# A\n    +\n{FENCED}",
            id="empty",
        ),
        pytest.param(
            "# A\n\n```python\n# Code in file src/a.py\nx = 1\n```\n\nb\nand on\n",
            "9:1",
            "no source: it stands below README_raw.md:5",
            "    @@ -9 +8,0 @@\n    -and on\n",
            id="goes on",
        ),
    ],
)
def test_a_page_that_is_stale(
    project: Path, capsys: Output, page: str, place: str, origin: str, diff: str
) -> None:
    """Where it differs first, where that line comes from, and how."""
    write(project, {TEMPLATE: "# A\n\n:INCLUDE src/a.py\n\nb\n", "README.md": page})
    write(project, {"src/a.py": '"""A."""\n\nx = 1\n'})
    assert outcome(capsys, "check", "--set", "banner=false", TEMPLATE) == (
        1,
        "README.md: stale\n",
        (
            f"README.md:{place}: error: stale: from here on it is not what README_raw.md weaves\n"
            f"    README.md:{place.partition(':')[0]}: comes from {origin}\n"
            f"{diff}"
            "    `build-readme` writes it anew; edit README_raw.md, not the page\n"
        ),
    )
    assert (project / "README.md").read_text() == page


def test_stale_pages_and_faults_are_told_together(project: Path, capsys: Output) -> None:
    """And the exit code is the graver one."""
    (project / "src/a.py").unlink()
    code, out, err = outcome(capsys, "check")
    assert (code, out) == (3, "README.md: stale\n")
    assert [line.split(" ")[0] for line in err.split("\n") if line and not line.startswith(" ")] == [
        "README.md:",
        "docs/README_raw.md:1:10:",
    ]


# 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["missing"], "error: no file or folder 'missing'\n", id="path"),
        pytest.param(
            ["chekc"],
            "error: no file or folder 'chekc'; the nearest command is 'check'\n",
            id="nearly a command",
        ),
        pytest.param(
            ["src/a.py"],
            "error: 'src/a.py' is no README_raw.md, no README.md woven from one, and no folder above one\n",
            id="no template",
        ),
        pytest.param(
            ["src"],
            "error: 'src' is no README_raw.md, no README.md woven from one, and no folder above one\n",
            id="folder without templates",
        ),
        pytest.param(["--set", "banner"], "error: --set takes KEY=VALUE, not 'banner'\n", id="no value"),
        pytest.param(
            ["--set", "banner=maybe"],
            "error: --set: 'banner' is true or false, not 'maybe'\n",
            id="wrong value",
        ),
    ],
)
def test_wrong_command_line(project: Path, capsys: Output, arguments: list[str], expected: str) -> None:
    before = snapshot(project)
    assert outcome(capsys, *arguments) == (2, "", expected)
    assert snapshot(project) == before


@pytest.mark.usefixtures("project")
def test_a_path_outside(project: Path, capsys: Output) -> None:
    assert outcome(capsys, "..") == (
        2,
        "",
        f"error: '..' is outside the project at {os.path.realpath(project)}; --root names another\n",
    )


@pytest.mark.usefixtures("project")
def test_an_unknown_option(capsys: Output) -> None:
    code, out, err = outcome(capsys, "--dry-run")
    assert (code, out) == (2, "")
    assert err.endswith("error: unrecognized arguments: --dry-run\n")


@pytest.mark.usefixtures("project")
def test_a_root_that_is_missing(capsys: Output) -> None:
    code, out, err = outcome(capsys, "--root", "missing")
    assert (code, out, err) == (2, "", "error: no folder 'missing'\n")


# 3


def test_no_template(tmp_path: Path, capsys: Output) -> None:
    code, out, err = outcome(capsys, "--root", str(tmp_path))
    assert (code, out) == (3, "")
    assert err.endswith(
        "error: no README_raw.md in this project; write one, and `:INCLUDE path` in it shows a file\n"
    )


def test_all_faults_of_all_templates_are_told_in_order(project: Path, capsys: Output) -> None:
    write(
        project, {TEMPLATE: ":INCLUDE z.py\n\n:INCLUED a\n", "docs/README_raw.md": ":INCLUDE ../src/a.py#y\n"}
    )
    before = snapshot(project)
    assert outcome(capsys) == (
        3,
        "",
        (
            "README_raw.md:1:10: error: no file 'z.py'\n"
            "README_raw.md:3:1: error: unknown directive ':INCLUED'; did you mean ':INCLUDE'?\n"
            "    a backslash shows it as it is: `\\:INCLUED`\n"
            "docs/README_raw.md:1:10: error: no region or symbol 'y' in src/a.py; it has x\n"
        ),
    )
    assert snapshot(project) == before


def test_a_fault_that_two_pages_reach_is_told_once(project: Path, capsys: Output) -> None:
    write(
        project,
        {TEMPLATE: ":INCLUDE n.md\n", "docs/README_raw.md": ":INCLUDE /n.md\n", "n.md": ":INCLUDE zzz\n"},
    )
    code, _, err = outcome(capsys)
    assert (code, err) == (
        3,
        (
            "n.md:1:10: error: no file 'zzz'\n"
            "    README_raw.md:1:1: included here\n"
            "    docs/README_raw.md:1:1: included here\n"
        ),
    )


def test_a_setting_that_is_wrong(project: Path, capsys: Output) -> None:
    write(project, {"pyproject.toml": "[tool.literate]\nbanner = 1\n"})
    assert outcome(capsys) == (3, "", "pyproject.toml:2: error: 'banner' is true or false, not 1\n")


# GitHub


def test_annotations(project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write(project, {TEMPLATE: "> :INCLUED 100%\n", "docs/README.md": "old\n", "docs/README_raw.md": "a\n"})
    code, out, err = outcome(capsys, "check", "-q", "--set", "banner=false")
    assert code == 3
    assert err.startswith(
        "README_raw.md:1:3: error: unknown directive ':INCLUED'; did you mean ':INCLUDE'?\n"
    )
    assert out == (
        "::error file=README_raw.md,line=1,col=3::unknown directive ':INCLUED'; did you mean ':INCLUDE'?%0A"
        "    a backslash shows it as it is: `\\:INCLUED`\n"
        "::error file=docs/README.md,line=1,col=1::stale: from here on it is not what docs/README_raw.md weaves%0A"
        "    docs/README.md:1: comes from docs/README_raw.md:1%0A"
        "    @@ -1 +1 @@%0A    -old%0A    +a%0A"
        "    `build-readme` writes it anew; edit docs/README_raw.md, not the page\n"
        "::notice file=docs/README_raw.md,line=1::docs/README.md:1 is not what this line weaves\n"
    )


def test_annotations_escape(project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write(project, {TEMPLATE: "a\n", "a,b:c/README_raw.md": ":INCLUDE 100%.py\n"})
    out = outcome(capsys, "a,b:c")[1]
    assert out == "::error file=a%2Cb%3Ac/README_raw.md,line=1,col=10::no file 'a,b:c/100%25.py'\n"


# Pins


def test_pins_are_written_held_and_moved(project: Path, capsys: Output) -> None:
    write(project, {TEMPLATE: "> :INCLUDE 'src/a.py#L1-L2' dedent=no\n", "src/a.py": "x = 1\ny = 2\n"})
    digest = sha256(b"x = 1\ny = 2\n").hexdigest()[:12]
    target = f"src/a.py#L1-L2@{digest}"
    assert outcome(capsys, "pin", TEMPLATE) == (0, f"README_raw.md:1: src/a.py#L1-L2 -> {target}\n", "")
    assert (project / TEMPLATE).read_text() == f"> :INCLUDE '{target}' dedent=no\n"
    assert outcome(capsys, "pin", TEMPLATE) == (0, "README_raw.md: every pin holds\n", "")
    assert outcome(capsys, TEMPLATE)[0] == 0

    write(project, {"src/a.py": "import os\n\nx = 1\ny = 2\n"})
    code, _, err = outcome(capsys, "check", TEMPLATE)
    assert (code, err) == (
        3,
        (
            f"README_raw.md:1:12: error: the text of '{target}' is no longer the one that was pinned;"
            " that stands at #L3-L4 now: `pin` moves it there\n"
        ),
    )
    moved = f"src/a.py#L3-L4@{digest}"
    assert outcome(capsys, "pin", TEMPLATE) == (0, f"README_raw.md:1: {target} -> {moved}\n", "")

    write(project, {"src/a.py": "import os\n\nx = 1\ny = 3\n"})
    before = snapshot(project)
    code, _, err = outcome(capsys, "pin", TEMPLATE)
    assert code == 3
    assert "read it, then `pin --accept` pins it anew" in err
    assert snapshot(project) == before
    assert outcome(capsys, "pin", "--accept", TEMPLATE)[0] == 0
    assert outcome(capsys, "check", TEMPLATE)[0] == 1


def test_pin_all(project: Path, capsys: Output) -> None:
    write(project, {TEMPLATE: ":INCLUDE src/a.py\n:INCLUDE src/a.py#x\n"})
    assert outcome(capsys, "pin", TEMPLATE) == (0, "README_raw.md: every pin holds\n", "")
    code, out, _ = outcome(capsys, "pin", "--all", TEMPLATE)
    assert (code, out.count("->")) == (0, 2)
    assert outcome(capsys, TEMPLATE)[0] == 0


# As a program


def test_a_program_of_its_own(project: Path) -> None:
    result = run(project / "src")
    assert (result.returncode, result.stdout, result.stderr) == (
        0,
        "../README.md: written\n../docs/README.md: written\n",
        "",
    )
    (project / "src/a.py").unlink()
    assert [run(project, *arguments).returncode for arguments in (["check"], ["nothing"], [])] == [3, 2, 3]


def test_python_m_literate(project: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "literate", "check"]
    result = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (1, "README.md: stale\ndocs/README.md: stale\n")


@pytest.mark.skipif(os.name == "nt", reason="descriptors closed as a POSIX shell closes them")
def test_closed_output_is_no_traceback(project: Path) -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, str(ROOT / "build_readme.py")]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_output_of_any_encoding(project: Path) -> None:
    """A path that the terminal cannot show is told in another way, and no traceback."""
    write(project, {TEMPLATE: ":INCLUDE é.py\n"})
    result = run(project, TEMPLATE, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (3, "README_raw.md:1:10: error: no file '\\xe9.py'\n")


def modules_of(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that the command imports in a Python without installed packages."""
    result = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", str(ROOT / "build_readme.py"), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in result.stderr.split("\n") if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines[1:]}


@pytest.mark.parametrize("command", ["build", "check"])
def test_imports_nothing_that_is_not_pythons(project: Path, command: str) -> None:
    modules = modules_of(project, command)
    assert "literate" in modules
    assert modules - sys.stdlib_module_names == {"literate"}


def test_a_plain_page_is_checked_with_few_imports(tmp_path: Path) -> None:
    """Starting is most of the work, and each of these modules takes as long as a page does."""
    write(tmp_path, {TEMPLATE: "```\n:INCLUDE a.py\n```\n", "a.py": "x = 1\n"})
    assert run(tmp_path).returncode == 0
    slow = {
        "argparse",
        "ast",
        "dataclasses",
        "difflib",
        "hashlib",
        "json",
        "pathlib",
        "re",
        "subprocess",
        "tempfile",
        "typing",
    }
    assert not modules_of(tmp_path, "check") & slow
