"""`pytest README_raw.md` in projects of strangers."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project import ROOT, TEMPLATE, Files, write
from tests.recorded import recorded

pytest_plugins = ["pytester"]

LOSSES = ["step 0  loss 4.0", "step 1  loss 2.0", "step 2  loss 1.0"]
A = """\
import os

with open(os.path.join({folder!r}, "runs"), "a") as file:
    file.write("a")
for step in range(3):
    print(f"step {{step}}  loss {{4 / 2**step:.1f}}")
"""
PAGE = """\
# A

:OUTPUT ex/a.py

:CLAIM ex/a.py loss.last < loss.first
:CLAIM ex/b.py agree(loss, example("ex/a.py").loss)
:OUTPUT ex/b.py
:INCLUDE part.md

:INCLUDE ex/c.py

:INCLUDE ex/notes.txt
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A stranger's project with a page that shows three examples."""
    folder = pytester.path
    a = A.format(folder=str(folder))
    scripts: Files = {"ex/a.py": a, "ex/b.py": a.replace('("a")', '("b")'), "ex/c.py": 'print("c")\n'}
    files = recorded(scripts, {"ex/a.py": LOSSES, "ex/b.py": LOSSES, "ex/c.py": ["c"]})
    write(folder, files)
    write(folder, {TEMPLATE: PAGE, "part.md": "\n:CLAIM ex/b.py loss.last == 1\n", "ex/notes.txt": "n\n"})
    write(folder, {"pyproject.toml": '[tool.literate]\nexamples = ["ex/*.py"]\n[tool.pytest.ini_options]\n'})
    write(folder, {"test_other.py": "def test_other(): assert True\n"})
    return folder


Pytest = Callable[..., tuple[int, str]]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Pytest:
    """Run pytest with the plugin, here; exit status and output."""

    def run(*arguments: str) -> tuple[int, str]:
        options = ["-p", "no:cacheprovider", "-p", "literate.pytest_plugin"]
        result = pytester.runpytest_inprocess(*options, *arguments)
        return int(result.ret), result.stdout.str() + "\n" + result.stderr.str()

    return run


def run_apart(folder: Path, *arguments: str, path: str = "", autoload: str = "1") -> tuple[int, str]:
    """Run pytest in a process of its own, with no other plugin than it is told to load unless it is to load all."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    added = {"PYTHONPATH": os.pathsep.join([str(ROOT), path]), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": autoload}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment | added,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def outcomes(output: str) -> dict[str, str]:
    """What became of each item, by its identifier, in the order of the output of `-v`."""
    found = re.findall(r"^(?:\[gw\d\].*?\] )?(\w+ )?(\S+::\S+)( \w+)?", output, re.MULTILINE)
    return {
        item.partition("@")[0]: (before or after).strip() for before, item, after in found if before or after
    }


def runs(project: Path) -> str:
    """Which examples were run, sorted."""
    path = project / "runs"
    return "".join(sorted(path.read_text())) if path.exists() else ""


EVERY = [
    "README_raw.md::ex/a.py::run",
    "README_raw.md::ex/a.py::claim:5",
    "README_raw.md::ex/b.py::run",
    "README_raw.md::ex/b.py::claim:6",
    "README_raw.md::ex/b.py::claim:part.md:2",
    "README_raw.md::ex/c.py::run",
]


def test_every_example_that_the_page_shows(project: Path, run: Pytest) -> None:
    code, output = run(TEMPLATE, "-v", "--durations=2", "--durations-min=0")
    assert outcomes(output) == dict.fromkeys(EVERY, "PASSED")
    assert (code, runs(project)) == (0, "ab")
    assert re.search(r"s call +README_raw.md::ex/\w.py::run", output)


def test_an_example_on_the_page_cannot_be_forgotten(project: Path, run: Pytest) -> None:
    """It is enough to show it."""
    write(project, {"ex/new.py": "raise SystemExit(3)\n", TEMPLATE: PAGE + "\n:INCLUDE ex/new.py\n"})
    code, output = run(TEMPLATE, "-q")
    assert code == 1
    assert "FAILED README_raw.md::ex/new.py::run - error: exit status 3\n" in output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param([TEMPLATE, "-k", "b.py and not run"], EVERY[3:5], id="-k"),
        pytest.param([TEMPLATE, "-k", "claim"], [EVERY[1], *EVERY[3:5]], id="-k claim"),
        pytest.param([TEMPLATE, "test_other.py", "-m", "example"], EVERY, id="-m"),
        pytest.param(
            [TEMPLATE, "test_other.py", "-m", "not example"], ["test_other.py::test_other"], id="-m not"
        ),
        pytest.param(["README_raw.md::ex/b.py"], EVERY[2:5], id="an example"),
        pytest.param(["README_raw.md::ex/b.py::claim:6"], [EVERY[3]], id="a claim"),
        pytest.param([], ["test_other.py::test_other"], id="who did not ask"),
        pytest.param(["."], ["test_other.py::test_other"], id="nor with a folder"),
        pytest.param(["--literate"], [*EVERY, "test_other.py::test_other"], id="by option"),
        pytest.param(
            ["-o", "literate=true"], [*EVERY, "test_other.py::test_other"], id="by setting"
        ),
        pytest.param(
            ["-o", "testpaths=README_raw.md test_other.py"], [*EVERY, "test_other.py::test_other"], id="testpaths"
        ),
    ],
)  # fmt: skip
def test_what_is_collected(project: Path, run: Pytest, arguments: list[str], expected: list[str]) -> None:
    code, output = run("--collect-only", "-q", "--strict-markers", *arguments)
    assert code == 0
    assert [line for line in output.splitlines() if "::" in line] == expected
    assert runs(project) == ""


def test_what_the_settings_exclude_is_collected_only_when_named(project: Path, run: Pytest) -> None:
    write(project, {"pyproject.toml": '[tool.literate]\nexclude = ["old"]\n', "old/README_raw.md": "a\n"})
    assert run("--literate", "--collect-only", "-q")[0] == 0
    code, output = run("old/README_raw.md")
    assert code == 2
    assert "error: 'old/README_raw.md' is left out by the setting 'exclude'\n" in output


def test_what_is_not_verified_is_not_run(project: Path, run: Pytest) -> None:
    """Its recording stands for the run where a claim about another example compares with it."""
    settings = '[tool.literate]\nexamples = ["ex/*.py"]\n[tool.literate.example."ex/a.py"]\nverify = false\n'
    write(project, {"pyproject.toml": settings + "[tool.pytest.ini_options]\n"})
    code, out = run(TEMPLATE, "-v")
    assert (code, runs(project)) == (0, "b")
    assert "ex/a.py::run" not in out
    assert "ex/b.py::claim:6 PASSED" in out


def test_a_claim_alone_runs_what_it_is_about(project: Path, run: Pytest) -> None:
    assert run("README_raw.md::ex/b.py::claim:6")[0] == 0
    assert runs(project) == "ab"


def test_failures_read_like_the_errors_of_the_command(project: Path, run: Pytest) -> None:
    text = (project / "ex/a.py").read_text()
    write(project, {"ex/a.py": text.replace("4 / 2**step", "4 + step"), "ex/c.py": "import math\nmath.zzz\n"})
    code, output = run(TEMPLATE)
    assert code == 1
    failures = re.split(
        r"^_{3,} (.*) _{3,}$",
        output.partition(" FAILURES ")[2].partition("\n====")[0],
        flags=re.MULTILINE,
    )
    told = {headline: text.strip("\n") for headline, text in zip(failures[1::2], failures[2::2], strict=True)}
    assert told == {
        "ex/a.py: run": (
            "ex/a.py: error: 2 lines of its output differ from the recording\n"
            "    line 2  step 1  loss 2.0  now  step 1  loss 5.0  60.0%\n"
            "    line 3  step 2  loss 1.0  now  step 2  loss 6.0  83.3%"
        ),
        "ex/a.py: claim:5": (
            "README_raw.md:5:1: error: the claim does not hold: loss.last < loss.first; loss.last = 6, loss.first = 4"
        ),
        "ex/b.py: claim:6": (
            'README_raw.md:6:1: error: the claim does not hold: agree(loss, example("ex/a.py").loss); '
            "loss = 4 2 1, example('ex/a.py').loss = 4 5 6"
        ),
        "ex/c.py: run": (
            "ex/c.py:2: error: exit status 1\n"
            "    Traceback (most recent call last):\n"
            '      File "ex/c.py", line 2, in <module>\n'
            "        math.zzz\n"
            "    AttributeError: module 'math' has no attribute 'zzz'\n"
            "    README_raw.md:10:1: shown here"
        ),
    }
    summary = output.partition("short test summary info")[2]
    assert "FAILED README_raw.md::ex/c.py::run - error: exit status 1\n" in summary
    assert runs(project) == "ab"


def test_a_claim_on_an_example_that_failed_says_so(project: Path, run: Pytest) -> None:
    write(project, {"ex/a.py": "raise SystemExit(3)\n"})
    _, output = run("README_raw.md::ex/b.py::claim:6")
    assert (
        'README_raw.md:6:1: error: nothing to hold the claim against: agree(loss, example("ex/a.py").loss)\n'
        "    ex/a.py: exit status 3\n"
    ) in output


def test_one_line_a_failure(project: Path, run: Pytest) -> None:
    write(project, {"ex/c.py": "import math\nmath.zzz\n"})
    assert "ex/c.py:2: error: exit status 1\n" in run(TEMPLATE, "--tb=line")[1]


def test_an_example_that_is_not_recorded(project: Path, run: Pytest) -> None:
    (project / "recordings/ex/c.py.json").unlink()
    _, output = run(TEMPLATE, "-q")
    assert "ex/c.py: error: 'ex/c.py' has not been recorded; `record ex/c.py` runs it\n" in output


def test_a_template_that_is_wrong(project: Path, run: Pytest) -> None:
    write(project, {TEMPLATE: ":INCLUDE zz.py\n:CLAIM ex/a.py\n"})
    code, output = run(TEMPLATE)
    assert code == 2
    assert (
        "README_raw.md:1:10: error: no file 'zz.py'\n"
        "README_raw.md:2:8: error: `:CLAIM` needs an example and an expression: `:CLAIM example loss.last < 1`\n"
    ) in output
    assert "Traceback" not in output


def test_a_setting_that_is_wrong(project: Path, run: Pytest) -> None:
    write(project, {"pyproject.toml": "[tool.literate]\nvalues = 1\n"})
    code, output = run(TEMPLATE)
    assert code == 2
    assert "pyproject.toml:2: error: 'values' is true or false, not 1\n" in output


def test_from_another_folder(project: Path, run: Pytest, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"ex/c.py": "raise SystemExit(3)\n"})
    monkeypatch.chdir(project / "ex")
    assert "\nc.py: error: exit status 3\n" in run("../README_raw.md::ex/c.py", "--rootdir", "..")[1]


def test_several_processes(project: Path) -> None:
    """Whoever needs an example runs it, once; a failure has its line in the summary."""
    write(project, {"ex/c.py": "raise SystemExit(3)\n"})
    options = ["-p", "xdist", "-p", "literate.pytest_plugin", "-v", "-n", "2", "--dist", "loadgroup"]
    code, output = run_apart(project, *options, TEMPLATE)
    assert outcomes(output) == dict.fromkeys(EVERY, "PASSED") | {EVERY[-1]: "FAILED"}
    assert code == 1
    assert re.fullmatch("a{1,2}b{1,2}", runs(project))
    assert re.search(r"FAILED README_raw.md::ex/c.py::run\S* - error: exit status 3\n", output)


@pytest.mark.usefixtures("project")
def test_examples_that_claims_compare_are_one_group(pytester: pytest.Pytester) -> None:
    """So that one process runs them. (xdist 3.8 does not see the groups of anyone with pytest 9.2.)"""
    items, _ = pytester.inline_genitems("-p", "literate.pytest_plugin", TEMPLATE)
    groups = {item.nodeid: [mark.args for mark in item.iter_markers("xdist_group")] for item in items}
    first, other = [("README_raw.md::ex/a.py",)], [("README_raw.md::ex/c.py",)]
    assert groups == {name: other if name == EVERY[-1] else first for name in EVERY}


# The entry point


@pytest.mark.parametrize("plugin", [False, True])
def test_entry_point(project: Path, run: Pytest, plugin: bool) -> None:
    """Once, whether the plugin is named as well or not."""
    metadata = "Metadata-Version: 2.1\nName: literate-readme\nVersion: 0\n"
    points = re.search(r"\[project\.entry-points\.pytest11\]\n(.*)\n", (ROOT / "pyproject.toml").read_text())
    assert points is not None
    folder = "site/literate_readme-0.dist-info"
    write(project, {f"{folder}/METADATA": metadata})
    write(project, {f"{folder}/entry_points.txt": f"[pytest11]\n{points[1]}\n".replace('"', "")})
    write(project, {"conftest.py": "", "pytest.ini": "[pytest]\n"})
    options = ["-p", "literate.pytest_plugin"] if plugin else []
    unneeded = [f"-pno:{name}" for name in ("hypothesispytest", "timeout", "xdist", "xdist.looponfail")]
    arguments = [TEMPLATE, "--collect-only", "-q", *unneeded, *options]
    code, output = run_apart(project, *arguments, path=str(project / "site"), autoload="")
    assert [line for line in output.splitlines() if "::" in line] == EVERY
    assert code == 0


def test_it_costs_nothing_at_start_up() -> None:
    code = "import sys, pytest; before = set(sys.modules); import literate.pytest_plugin; "
    code += "print(*sorted(set(sys.modules) - before))"
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert result.stdout.split() == [
        "literate",
        "literate.errors",
        "literate.model",
        "literate.paths",
        "literate.pytest_plugin",
    ]
