"""`record` as a process of its own: examples that misbehave, Ctrl-C, a terminal, `make readme`."""

import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.project import ROOT, TEMPLATE, snapshot, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="examples run on POSIX only")

COMMAND = [sys.executable, str(ROOT / "build_readme.py")]
# A script that begins so tells, by what it leaves beside the project's page, which processes it started.
NOTE = """\
import os, sys, time
def note():
    with open(os.path.join({folder!r}, "pids"), "a") as file:
        file.write(f"{{os.getpid()}}\\n")
note()
"""
GOOD = 'print("step 0  loss 2.0")\nprint("step 1  loss 1.0")\n'


def set_up(folder: Path, settings: str, **scripts: str) -> None:
    """A project with the examples `NAME.py`, all on the page, each of which notes its process."""
    note = NOTE.format(folder=str(folder))
    page = "".join(f":OUTPUT {name}.py\n\n" for name in scripts)
    write(folder, {TEMPLATE: page, "pyproject.toml": f"[tool.literate]\nbanner = false\n{settings}"})
    write(folder, {f"{name}.py": note + text for name, text in scripts.items()})


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def noted(folder: Path) -> list[int]:
    """The processes that the examples started."""
    path = folder / "pids"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def recorded(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "recordings").rglob("*.json"))


BAD = {
    "eats": (
        "kept = []\nwhile True:\n    kept.append(b'x' * 10_000_000)\n",
        "eats.py: error: used more than 200 MB of memory",
    ),
    "forks": (
        "if not os.fork():\n    note()\n    time.sleep(600)\nos.wait()\n",
        "forks.py: error: ran longer than 3 s",
    ),
    "loops": ("while True:\n    pass\n", "loops.py: error: ran longer than 3 s"),
    "prints": (
        "for _ in range(1000):\n    sys.stdout.write('x' * 1_000_000)\n",
        "prints.py: error: printed more than 1 MB",
    ),
    "shuts": ("sys.stdout.close()\nprint('a')\n", "shuts.py:7: error: exit status 1"),
    "signals": (
        "import signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
        "signals.py: error: ended by SIGSEGV",
    ),
}


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at /proc")
def test_examples_that_misbehave(tmp_path: Path) -> None:
    """Each ends in its error, nothing is left running, nothing of it is recorded; the good one is."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    project = tmp_path / "project"
    scripts = {name: script for name, (script, _) in BAD.items()}
    set_up(project, 'timeout = 3\nmemory = "200 MB"\n', good=GOOD, **scripts)
    result = subprocess.run(
        [*COMMAND, "record", "--jobs", "3"],
        cwd=project,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert result.returncode == 4
    errors = [line for line in result.stderr.splitlines() if not line.startswith(" ")]
    assert errors == [error for _, error in BAD.values()]
    shown = re.findall(r"^    (README_raw.md:\d+:1: shown here)$", result.stderr, re.MULTILINE)
    assert len(shown) == len(BAD)
    assert "    ValueError: I/O operation on closed file.\n" in result.stderr
    assert len(noted(project)) == len(BAD) + 2
    assert [pid for pid in noted(project) if is_alive(pid)] == []
    assert recorded(project) == ["good.py.json"]
    assert list(temporary.iterdir()) == []


def test_a_child_left_behind_is_gone(tmp_path: Path) -> None:
    """The example itself ended well, so it is recorded; what it left behind is killed."""
    set_up(
        tmp_path, "", leaves="if not os.fork():\n    note()\n    time.sleep(600)\ntime.sleep(0.2)\nprint(1)\n"
    )
    result = subprocess.run([*COMMAND, "record", "-q"], cwd=tmp_path, check=False, timeout=60)
    assert (result.returncode, recorded(tmp_path)) == (0, ["leaves.py.json"])
    assert len(noted(tmp_path)) == 2
    assert [pid for pid in noted(tmp_path) if is_alive(pid)] == []


def wait_for(condition: object, seconds: float = 30) -> None:
    """Wait until the function `condition` gives something true."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_ctrl_c_keeps_what_is_finished_and_leaves_nothing_running(tmp_path: Path, jobs: str) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    project = tmp_path / "project"
    endless = "if not os.fork():\n    os.setsid()\n    note()\ntime.sleep(600)\n"
    set_up(project, "timeout = 600\n", a=GOOD, b=endless, c=endless)
    with subprocess.Popen(
        [*COMMAND, "record", "--jobs", jobs],
        cwd=project,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        started = 3 if jobs == "1" else 5  # each of the endless ones has a child
        wait_for(lambda: recorded(project) and len(noted(project)) == started)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert re.sub(r"\d", "0", out) == "a.py  recorded     0.0 s  loss 0.00e+00\n"
    assert err == ""
    assert [pid for pid in noted(project) if is_alive(pid)] == []
    assert recorded(project) == ["a.py.json"]
    assert list(temporary.iterdir()) == []
    assert [path.name for path in project.rglob("*.tmp")] == []


def on_terminal(folder: Path, *arguments: str, columns: int = 80) -> str:
    """What the command writes to a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([*COMMAND, *arguments], cwd=folder, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 4096):
                parts.append(part)
        except OSError:
            pass  # Linux says so that the other side is closed
    os.close(ours)
    assert process.returncode == 0
    return b"".join(parts).decode()


def screen(written: str) -> list[str]:
    """The lines that a terminal shows after `written`, as far as `record` uses one."""
    lines: list[str] = []
    at = 0
    for part in re.split(r"(\x1b\[\d+A|\x1b\[J|\r\n)", written):
        if part == "\x1b[J":
            del lines[at:]
        elif part.endswith("A"):
            at -= int(part[2:-1])
        elif part == "\r\n":
            at += 1
        elif part:
            assert part.startswith("\x1b[2K")
            lines[at : at + 1] = [part.removeprefix("\x1b[2K")]
    return lines


def test_progress_on_a_terminal(tmp_path: Path) -> None:
    set_up(tmp_path, "", a=GOOD, slow="time.sleep(0.7)\nprint(1)\n", slower="time.sleep(0.9)\nprint(1)\n")
    written = on_terminal(tmp_path, "record", "--jobs", "3")
    assert re.search(r"a\.py       running +0\.\d s", written)
    assert len(set(re.findall(r"slow\.py    running +(\d\.\d) s", written))) > 2
    assert sorted(re.sub(r"\d+\.\d s", "# s", line) for line in screen(written)) == [
        "a.py       recorded     # s  loss 1.00e+00",
        "slow.py    recorded     # s",
        "slower.py  recorded     # s",
    ]
    assert on_terminal(tmp_path, "record") == ""


def test_progress_on_a_narrow_terminal(tmp_path: Path) -> None:
    set_up(tmp_path, "", a=GOOD, a_script_with_a_name_that_is_long=GOOD)
    written = on_terminal(tmp_path, "record", "--jobs", "1", columns=30)
    assert max(map(len, screen(written))) == 29
    assert [line[:5] for line in screen(written)] == ["a.py ", "a_scr"]


# Make


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A project with this one's Makefile, and an environment in which everything is said to be installed."""
    if shutil.which("make") is None:
        pytest.skip("needs make")
    set_up(tmp_path, "values = true\n", a=GOOD)
    write(
        tmp_path,
        {TEMPLATE: ":OUTPUT a.py\n\n{{ example('a.py').loss.last }}\n", "requirements.txt": "jinja2\n"},
    )
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "build_readme.py").symlink_to(ROOT / "build_readme.py")
    python = tmp_path / ".venv/bin/python"
    write(tmp_path, {".venv/bin/python": f'#!/bin/sh\nexec {sys.executable} "$@"\n'})
    python.chmod(0o755)
    for stamp in ("weaving", "testing"):
        (tmp_path / f".venv/.{stamp}-installed").touch()
    return tmp_path


def make(folder: Path) -> tuple[int, str, str]:
    result = subprocess.run(
        ["make", "readme"], cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    return result.returncode, re.sub(r" +\d+\.\d s", "  # s", result.stdout), result.stderr


def test_make_readme_records_what_is_not_fresh_and_weaves(made: Path) -> None:
    assert make(made) == (
        0,
        ".venv/bin/python build_readme.py record\na.py  recorded  # s  loss 1.00e+00\nREADME.md: written\n",
        "",
    )
    assert "\n1.0\n" in (made / "README.md").read_text()
    before = snapshot(made)
    assert make(made) == (0, "README.md: fresh\n", "")
    assert snapshot(made) == before
    assert len(noted(made)) == 1


def test_make_readme_does_not_set_up_the_frameworks_for_a_fault_that_needs_none(made: Path) -> None:
    make(made)
    (made / ".venv/.testing-installed").unlink()
    write(made, {"pyproject.toml": "[tool.literate]\nvalues = 1\n"})
    code, out, err = make(made)
    assert code == 2
    assert out == ""
    assert err.count("pyproject.toml:2: error: 'values' is true or false, not 1\n") >= 1
    assert not (made / ".venv/.testing-installed").exists()
