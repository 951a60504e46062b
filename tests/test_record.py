"""`record` and `verify` by the command line, on small projects whose examples are real processes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project import TEMPLATE, Files, snapshot, write
from tests.test_cli import Output, outcome

SETTINGS = "[tool.literate]\nbanner = false\n"
PAGE = "# A\n\n:OUTPUT ex/a.py\n\n:CLAIM ex/a.py loss.last < loss.first\n"
A = """\
from rates import RATE

loss = 4.0
for step in range(3):
    print(f"step {step}  loss {loss:.3f}")
    loss *= RATE
"""
FILES: Files = {TEMPLATE: PAGE, "pyproject.toml": SETTINGS, "ex/a.py": A, "ex/rates.py": "RATE = 0.5\n"}
RECORDING = "recordings/ex/a.py.json"
QUIET = 'print("hello")\n'

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one example, and the folder that the command runs in."""
    write(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(capsys: Output) -> Command:
    """Run the command; the seconds in its output as zeros."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code, out, err = outcome(capsys, *arguments)
        return code, re.sub(r" +\d+\.\d s", "  0.0 s", out), err

    return command


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def set_up(project: Path, settings: str = "", **scripts: str) -> None:
    """A project with the examples `ex/NAME.py`, all on the page."""
    page = "".join(f"\n:OUTPUT ex/{name}.py\n" for name in scripts)
    write(project, {TEMPLATE: page, "pyproject.toml": SETTINGS + settings})
    write(project, {f"ex/{name}.py": text for name, text in scripts.items()})


# Recording


def test_record_and_then_nothing_is_left_to_do(project: Path, command: Command) -> None:
    assert command("record") == (0, "ex/a.py  recorded  0.0 s  loss 1.00e+00\n", "")
    recording = json.loads((project / RECORDING).read_text())
    assert recording["lines"] == ["step 0  loss 4.000", "step 1  loss 2.000", "step 2  loss 1.000"]
    assert recording["depends"].keys() == {"ex/a.py", "ex/rates.py"}
    assert (recording["stderr"], recording["packages"], recording["figures"]) == ([], {}, {})
    assert len(recording["times"]) == 3
    assert recording["seconds"] > 0
    assert command() == (0, "README.md: written\n", "")
    assert "step 2  loss 1.000\n" in (project / "README.md").read_text()
    before = snapshot(project)
    assert command("record") == (0, "", "")
    assert command("check") == (0, "README.md: fresh\n", "")
    assert snapshot(project) == before


def test_recording_again_makes_no_noise(project: Path, command: Command) -> None:
    command("record")
    before = snapshot(project)
    for _ in range(3):
        assert command("record", "--all") == (0, "ex/a.py  agrees  0.0 s  loss 1.00e+00\n", "")
    assert snapshot(project) == before


def test_a_change_that_hardly_shows_leaves_the_text(project: Path, command: Command) -> None:
    command("record")
    old = json.loads((project / RECORDING).read_text())
    (project / "ex/rates.py").write_text("RATE = 0.501\n")
    assert command("record", "-q") == (0, "", "")
    new = json.loads((project / RECORDING).read_text())
    moved = [key for key in old if old[key] != new[key]]
    assert moved == ["checksum", "code", "depends"]
    assert command("record") == (0, "", "")


def test_a_change_that_shows_is_recorded(project: Path, command: Command) -> None:
    command("record")
    (project / "ex/rates.py").write_text("RATE = 0.6\n")
    assert command("record") == (0, "ex/a.py  recorded  0.0 s  loss 1.44e+00\n", "")
    assert "step 1  loss 2.400" in (project / RECORDING).read_text()


@pytest.mark.parametrize(
    ("old", "new", "ran"),
    [
        ("loss = 4.0", "loss = 4.0  # a comment", False),
        ("loss = 4.0", "\n\nloss = 4.0", False),
        ("loss = 4.0", "loss = 5.0", True),
        ("loss = 4.0", "import math\n\nloss = 4.0", True),
    ],
)
def test_what_counts_as_a_change(project: Path, command: Command, old: str, new: str, ran: bool) -> None:
    command("record")
    change(project / "ex/a.py", old, new)
    assert (command("record")[1] != "") is ran


def test_arguments_and_inputs_count(project: Path, command: Command) -> None:
    settings = '[tool.literate.example."ex/b.py"]\narguments = ["--of", "x y"]\ninputs = ["ex/in.txt"]\n'
    write(project, {"ex/in.txt": "one\n"})
    set_up(project, settings, b="import sys\nprint(sys.argv[1:], open('ex/in.txt').read().strip())\n")
    assert command("record")[0] == 0
    path = project / "recordings/ex/b.py.json"
    assert json.loads(path.read_text())["lines"] == ["['--of', 'x y'] one"]
    assert command("record", "--list") == (0, "", "")
    write(project, {"ex/in.txt": "two\n"})
    assert command("record", "--list") == (1, "ex/b.py\n", "")
    assert command("record", "-q")[0] == 0
    change(project / "pyproject.toml", "x y", "z")
    assert command("record", "--list") == (1, "ex/b.py\n", "")
    expected = (
        "ex/b.py: error: its recording is stale: its arguments were ['--of', 'x y'], and are ['--of', 'z']\n"
    )
    assert expected in command("check")[2]


def test_only_what_is_named_and_whether_it_is_fresh_or_not(project: Path, command: Command) -> None:
    set_up(project, b=QUIET, c=QUIET)
    assert command("record", "ex/b.py") == (0, "ex/b.py  recorded  0.0 s\n", "")
    assert not (project / "recordings/ex/c.py.json").exists()
    assert command("record", "ex/b.py") == (0, "", "")
    assert command("record", "ex/b.py", "--all") == (0, "ex/b.py  agrees  0.0 s\n", "")
    assert command("record", "ex/b.py", "ex/b.py", "--all")[1] == "ex/b.py  agrees  0.0 s\n"


def test_list(project: Path, command: Command) -> None:
    assert command("record", "--list") == (1, "ex/a.py\n", "")
    assert command("record", "--list", "--quiet") == (1, "", "")
    assert not (project / "recordings").exists()
    command("record")
    assert command("record", "--list") == (0, "", "")
    write(project, {TEMPLATE: PAGE + ":PLOT ex/a.py\n"})
    assert command("record", "--list") == (1, "recordings/plots/ex/a-loss-light.svg\n", "")


def test_pictures_are_drawn_once(project: Path, command: Command) -> None:
    write(project, {TEMPLATE: PAGE + "\n:PLOT ex/a.py\n"})
    assert command("record")[0] == 0
    names = sorted(path.name for path in (project / "recordings/plots/ex").iterdir())
    assert names == ["a-loss-dark.svg", "a-loss-light.svg"]
    before = snapshot(project)
    assert command("record") == (0, "", "")
    assert command("record", "--all")[0] == 0
    assert snapshot(project) == before
    assert command()[0] == 0


def test_a_figure_that_was_lost_is_mended_by_what_its_error_says(project: Path, command: Command) -> None:
    script = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
    set_up(project, b=script)
    write(project, {TEMPLATE: ":PLOT ex/b.py figure=1\n"})
    assert command("record", "-q") == (0, "", "")
    figure = project / "recordings/ex/b.py.figure-1.svg"
    before = snapshot(project)
    assert figure.read_bytes().startswith(b"<?xml")
    figure.write_text("<svg/>")
    assert command("check")[2].endswith(
        "is not the figure that was recorded; `record --all ex/b.py` mends it\n"
    )
    assert command("record", "--all", "ex/b.py")[0] == 0
    assert {path: file[3] for path, file in snapshot(project).items()} == {
        path: file[3] for path, file in before.items()
    }


def test_the_longest_first(project: Path, command: Command) -> None:
    scripts = {f"s{tenths}": f"import time\ntime.sleep(0.{tenths})\nprint(1)\n" for tenths in (0, 3, 6)}
    set_up(project, **scripts)
    assert command("record", "-q", "-j", "3") == (0, "", "")
    assert re.findall(r"s\d", command("record", "--all", "--jobs", "1")[1]) == ["s6", "s3", "s0"]
    (project / "recordings/ex/s0.py.json").unlink()
    assert re.findall(r"s\d", command("record", "--all", "-j1")[1]) == ["s0", "s6", "s3"]


def test_jobs_run_at_the_same_time(project: Path, command: Command) -> None:
    """Each waits for a file of the other."""
    wait = (
        "import pathlib, time\nhere = pathlib.Path({!r})\n(here / {!r}).touch()\n"
        "while not (here / {!r}).exists():\n    time.sleep(0.01)\n"
    )
    scripts = {name: wait.format(str(project), name, other) for name, other in (("b", "c"), ("c", "b"))}
    set_up(project, "timeout = 20\n", **scripts)
    assert command("record", "--jobs", "2", "-q") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ex/zz.py"], "error: no file or folder 'ex/zz.py'\n"),
        (["README_raw.md"], "error: 'README_raw.md' is no Python script\n"),
    ],
)
@pytest.mark.usefixtures("project")
def test_wrong_command_line(command: Command, arguments: list[str], expected: str) -> None:
    assert command("record", *arguments) == (2, "", expected)
    assert command("verify", *arguments) == (2, "", expected)


@pytest.mark.usefixtures("project")
def test_jobs_is_a_number(command: Command) -> None:
    code, _, err = command("record", "-j", "0")
    assert code == 2
    assert err.endswith("error: argument -j/--jobs: '0' is no whole number above 0\n")


# Failures


def test_a_failure_is_told_at_its_line_and_never_recorded(project: Path, command: Command) -> None:
    write(project, {TEMPLATE: PAGE + "\n:OUTPUT ex/b.py\n", "ex/b.py": QUIET})
    write(project, {"ex/rates.py": "def rate():\n    raise ValueError('no rate')\n"})
    change(project / "ex/a.py", "import RATE", "import rate")
    change(project / "ex/a.py", "RATE", "rate()")
    code, out, err = command("record", "--jobs", "1")
    assert (code, out) == (4, "ex/a.py  failed  0.0 s\nex/b.py  recorded  0.0 s\n")
    assert err == (
        "ex/a.py:6: error: exit status 1\n"
        "    Traceback (most recent call last):\n"
        '      File "ex/a.py", line 6, in <module>\n'
        "        loss *= rate()\n"
        "                ^^^^^^\n"
        '      File "ex/rates.py", line 2, in rate\n'
        "        raise ValueError('no rate')\n"
        "    ValueError: no rate\n"
        "    README_raw.md:3:1: shown here\n"
    )
    assert [path.name for path in (project / "recordings/ex").iterdir()] == ["b.py.json"]


def test_a_failure_leaves_the_recording_as_it_was(project: Path, command: Command) -> None:
    command("record")
    before = (project / RECORDING).read_bytes()
    (project / "ex/rates.py").write_text("RATE = None\n")
    assert command("record")[0] == 4
    assert (project / RECORDING).read_bytes() == before


def test_a_script_that_is_no_python_does_not_stop_the_others(project: Path, command: Command) -> None:
    set_up(project, b="x =\n", c=QUIET)
    code, out, err = command("record", "--jobs", "1")
    assert (code, out) == (3, "ex/b.py  failed  0.0 s\nex/c.py  recorded  0.0 s\n")
    assert err == "ex/b.py:1:4: error: not valid Python: invalid syntax\n"


def test_what_is_not_recorded_is_told_once(project: Path, command: Command) -> None:
    write(project, {TEMPLATE: PAGE + "\n:PLOT ex/a.py\n\n:CLAIM ex/a.py seconds < 60\n"})
    expected = (
        "ex/a.py: error: 'ex/a.py' has not been recorded; `record ex/a.py` runs it\n"
        "    README_raw.md:3:1: shown here\n"
    )
    assert command("check") == (1, "", expected)
    assert command() == (1, "", expected)
    assert not (project / "recordings").exists()


def test_nothing_is_made_when_nothing_is_written(project: Path, command: Command) -> None:
    (project / "ex/rates.py").write_text("")
    before = snapshot(project)
    assert command("record")[0] == 4
    assert snapshot(project) == before
    assert sorted(path.name for path in project.iterdir()) == [TEMPLATE, "ex", "pyproject.toml"]


# Twice


def test_twice(project: Path, command: Command) -> None:
    random = "import random\nprint(f'x {random.random():.6f}')\nprint('same')\n"
    set_up(project, b=random, c=QUIET)
    code, out, err = command("record", "--twice", "--jobs", "1")
    assert (code, out) == (1, "ex/b.py  differs  0.0 s\nex/c.py  recorded  0.0 s\n")
    numbers = re.sub(r"0\.\d{6}", "0.#", err)
    assert re.sub(r"\d+\.\d%", "%", numbers) == (
        "ex/b.py: error: not repeatable: two runs differ\n    line 1  x 0.#  now  x 0.#  %\n"
    )


def test_twice_and_the_second_fails(project: Path, command: Command) -> None:
    flag = project / "flag"
    script = (
        f"import os\nif os.path.exists({str(flag)!r}):\n    raise SystemExit(3)\nopen({str(flag)!r}, 'w')\n"
    )
    set_up(project, b=script)
    assert command("record", "--twice") == (
        4,
        "ex/b.py  differs  0.0 s\n",
        "ex/b.py: error: the second run failed: exit status 3\n    README_raw.md:2:1: shown here\n",
    )


# Verifying


def test_verify(project: Path, command: Command) -> None:
    command("record")
    before = snapshot(project)
    assert command("verify") == (0, "ex/a.py  agrees  0.0 s  loss 1.00e+00\n", "")
    assert command("verify", "ex/a.py")[0] == 0
    assert snapshot(project) == before


def test_verify_says_which_numbers_moved_and_by_how_much(project: Path, command: Command) -> None:
    command("record")
    (project / "ex/rates.py").write_text("RATE = 0.75\n")
    before = snapshot(project)
    assert command("verify") == (
        1,
        "ex/a.py  differs  0.0 s  loss 2.25e+00\n",
        (
            "ex/a.py: error: 2 lines of its output differ from the recording\n"
            "    line 2  step 1  loss 2.000  now  step 1  loss 3.000  33.3%\n"
            "    line 3  step 2  loss 1.000  now  step 2  loss 2.250  55.6%\n"
        ),
    )
    assert snapshot(project) == before


def test_verify_leaves_alone_what_it_is_told_to(project: Path, command: Command) -> None:
    """Such as a table of times: it runs where it is named, and only there."""
    set_up(project, '[tool.literate.example."ex/b.py"]\nverify = false\n', a=A, b="print(4.0)\n")
    assert command("record")[0] == 0
    change(project / "ex/b.py", "4.0", "5.0")
    assert command("verify") == (0, "ex/a.py  agrees  0.0 s  loss 1.00e+00\n", "")
    assert command("verify", "ex/b.py")[0] == 1


def test_verify_holds_claims_against_the_new_numbers(project: Path, command: Command) -> None:
    command("record")
    (project / "ex/rates.py").write_text("RATE = 1.0\n")
    code, _, err = command("verify")
    assert code == 1
    assert err.splitlines()[0] == (
        "README_raw.md:5:1: error: the claim does not hold: loss.last < loss.first; loss.last = 4, loss.first = 4"
    )
    assert "ex/a.py: error: 2 lines of its output differ from the recording" in err


def test_verify_without_a_recording(project: Path, command: Command) -> None:
    assert command("verify") == (
        1,
        "ex/a.py  differs  0.0 s  loss 1.00e+00\n",
        "ex/a.py: error: 'ex/a.py' has not been recorded; `record ex/a.py` runs it\n",
    )
    assert not (project / "recordings").exists()


def test_verify_of_a_failure(project: Path, command: Command) -> None:
    command("record")
    (project / "ex/rates.py").write_text("")
    code, out, err = command("verify")
    assert (code, out) == (4, "ex/a.py  failed  0.0 s\n")
    assert err.startswith("ex/a.py:1: error: exit status 1\n")


def test_verify_tells_what_is_wrong_with_the_templates_too(project: Path, command: Command) -> None:
    command("record")
    write(project, {TEMPLATE: PAGE + ":CLAIM ex/a.py\n"})
    code, _, err = command("verify")
    assert code == 3
    assert err.startswith("README_raw.md:6:8: error: `:CLAIM` needs an example and an expression")


# Explaining


def test_explain(project: Path, command: Command) -> None:
    command("record", "-q")
    command()
    code, out, err = command("check", "--explain")
    assert (code, err) == (0, "")
    assert re.sub(r"[0-9a-f]{16}", "DIGEST", out) == (
        "ex/a.py: fresh\n    depends on ex/a.py DIGEST\n    depends on ex/rates.py DIGEST\nREADME.md: fresh\n"
    )
    (project / "ex/rates.py").write_text("RATE = 0.6\n")
    change(project / "ex/a.py", "4.0", "5.0")
    out = command("check", "--explain")[1]
    assert out.startswith(
        "ex/a.py: its recording is stale: ex/a.py has changed\n    also: ex/rates.py has changed\n    depends on "
    )
    (project / "ex/a.py").write_text("x =\n")
    assert command("check", "--explain")[1].startswith("ex/a.py: not valid Python: invalid syntax\n")


# What may not go unnoticed


@pytest.fixture
def published(project: Path, command: Command) -> Path:
    """A project whose page is woven and fresh."""
    write(project, {TEMPLATE: PAGE.replace("loss.last < loss.first", "0.9 < loss.last < 1.1")})
    assert command("record", "-q")[0] == 0
    assert command("-q")[0] == 0
    assert command("check", "-q") == (0, "", "")
    return project


@pytest.mark.parametrize(
    ("edit", "code", "place"),
    [
        pytest.param(
            (RECORDING, "loss 2.000", "loss 2.001"),
            3,
            "recordings/ex/a.py.json: error: this recording was edited by hand",
            id="a digit in a recording",
        ),
        pytest.param(
            ("ex/a.py", "loss = 4.0", "loss = 4.1"),
            1,
            "ex/a.py: error: its recording is stale: ex/a.py has changed",
            id="a number in a script",
        ),
        pytest.param(
            (TEMPLATE, "0.9 <", "1.0 <"),
            1,
            "README_raw.md:5:1: error: the claim does not hold: 1.0 < loss.last < 1.1; loss.last = 1",
            id="a number in a claim",
        ),
        pytest.param(
            ("ex/rates.py", "0.5", "0.4"),
            1,
            "ex/a.py: error: its recording is stale: ex/rates.py has changed",
            id="a module",
        ),
        pytest.param(
            ("README.md", "step 1  loss 2.000", "step 1  loss 2.001"),
            1,
            "README.md:5:18: error: stale: from here on it is not what README_raw.md weaves",
            id="a line of the page",
        ),
    ],
)
def test_check_finds(
    published: Path, command: Command, edit: tuple[str, str, str], code: int, place: str
) -> None:
    path, old, new = edit
    change(published / path, old, new)
    found, _, err = command("check")
    assert found == code
    assert [line.partition(";")[0] for line in err.splitlines() if not line.startswith(" ")] == [
        place.partition(";")[0]
    ]
    assert place in err
