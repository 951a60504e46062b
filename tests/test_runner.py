"""Real scripts in real processes; what is left of them is looked up in the process table."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest

from literate import runner
from literate.runner import Job, Limits, Run, pinned_environment, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="examples run on POSIX only")
needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")

MB = 10**6
GENEROUS = Limits(seconds=60, memory=2000 * MB, output=MB)
# A script that begins so tells, by what it leaves in the argument's file, which processes it started.
NOTE = """
import os, sys, time
def note():
    with open(sys.argv[1], "a") as file:
        file.write(f"{os.getpid()}\\n")
note()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which runs make their temporary ones."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Run]:
    """Run the text of a script."""

    def start(
        text: str,
        *arguments: str,
        limits: Limits = GENEROUS,
        cancelled: threading.Event | None = None,
        on_line: Callable[[str], None] | None = None,
        folder: Path | None = None,
        figures: bool = False,
    ) -> Run:
        script = tmp_path / "script.py"
        script.write_text(dedent(text))
        job = Job(str(script), arguments, str(folder) if folder else None, 1, limits, figures)
        return run(job, cancelled or threading.Event(), on_line)

    return start


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def noted(path: Path) -> list[int]:
    """The processes that a script noted."""
    return [int(line) for line in path.read_text().split()]


def assert_all_gone(path: Path, count: int) -> None:
    pids = noted(path)
    assert len(pids) == count
    assert [pid for pid in pids if is_alive(pid)] == []


# What it printed


def test_normal_run(start: Callable[..., Run], temporary: Path) -> None:
    shown: list[str] = []
    result = start("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')", on_line=shown.append)
    assert (result.lines, result.errors, result.failure) == (["a", "c"], ["b"], "")
    assert shown == ["a", "c"]
    assert result.figures == []
    assert result.folder.startswith(os.path.realpath(temporary))
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"\n", [""], id="an empty line"),
        pytest.param(b"a\nb", ["a", "b"], id="no final newline"),
        pytest.param(b"a\r\nb\r\n", ["a", "b"], id="carriage returns"),
        pytest.param(b"a\rb\x0cc\xe2\x80\xa8d\n", ["a\rb\x0cc\u2028d"], id="what is no line end"),
        pytest.param(b"a\xff\n", ["a\\xff"], id="invalid UTF-8"),
        pytest.param("é\n".encode(), ["é"], id="UTF-8"),
    ],
)
def test_lines(start: Callable[..., Run], written: bytes, lines: list[str]) -> None:
    result = start(f"import sys\nsys.stdout.buffer.write({written!r})")
    assert (result.lines, result.failure) == (lines, "")
    assert len(result.times) == len(lines)


def test_characters_and_lines_in_pieces(start: Callable[..., Run]) -> None:
    result = start(
        """
        import os, time
        for part in (b"a", b"b\\xc3", b"\\xa9\\r", b"\\nc"):
            os.write(1, part)
            time.sleep(0.03)
        """
    )
    assert result.lines == ["abé", "c"]


def test_times_are_those_of_complete_lines(start: Callable[..., Run]) -> None:
    result = start(
        "import time\nprint('a')\ntime.sleep(0.5)\nprint('b')\ntime.sleep(0.2)\nprint('c', end='')"
    )
    first, second, third = result.times
    assert 0 < first < second - 0.4
    assert second < third - 0.1
    assert third <= result.seconds + 0.001
    assert result.times == [round(value, 3) for value in result.times]


def test_arguments(start: Callable[..., Run]) -> None:
    result = start("import sys\nprint(sys.argv[1:], sys.orig_argv[0])", "--steps", "a b", "", "$HOME")
    assert result.lines == [f"{['--steps', 'a b', '', '$HOME']} {sys.executable}"]


def test_folder(start: Callable[..., Run], tmp_path: Path) -> None:
    folder = tmp_path / "working"
    folder.mkdir()
    result = start("import os\nprint(os.getcwd())\nopen('made', 'w').close()", folder=folder)
    assert (result.lines, result.folder) == ([str(folder)], str(folder))
    assert (folder / "made").exists()


def test_temporary_folder(start: Callable[..., Run], temporary: Path) -> None:
    result = start(
        """
        import os, tempfile
        print(os.getcwd(), os.listdir())
        print(tempfile.mkstemp()[1])
        os.mkdir("closed")
        open("closed/file", "w").close()
        os.chmod("closed", 0)
        os.symlink("/", "link")
        """
    )
    assert result.lines[0] == f"{result.folder} []"
    assert result.lines[1].startswith(os.path.dirname(result.folder))
    assert list(temporary.iterdir()) == []


def test_stdin_is_at_its_end(start: Callable[..., Run]) -> None:
    assert start("import sys\nprint(repr(sys.stdin.read()))").lines == ["''"]
    result = start("input()")
    assert result.failure == "exit status 1"
    assert result.errors[-1] == "EOFError: EOF when reading a line"


def test_closed_stdout(start: Callable[..., Run]) -> None:
    result = start("import sys\nsys.stdout.close()\nprint('a')")
    assert result.failure == "exit status 1"
    assert result.errors[-1] == "ValueError: I/O operation on closed file."
    result = start("import os\nos.close(1)\nprint('a')")
    assert result.failure == "exit status 1"
    assert "Bad file descriptor" in result.errors[-1]


def test_runs_on_after_closing_both_pipes(start: Callable[..., Run]) -> None:
    result = start("import os, time\nos.close(1)\nos.close(2)\ntime.sleep(0.3)\nos._exit(4)")
    assert (result.failure, result.lines) == ("exit status 4", [])
    assert result.seconds >= 0.3


def test_figures(start: Callable[..., Run]) -> None:
    result = start(
        """
        import os, sys
        import literate
        for number in (2, 10, *range(3, 10), 1):
            with open(os.path.join(os.environ["LITERATE_FIGURES"], f"figure-{number}.svg"), "w") as file:
                file.write(str(number))
        print(os.environ["MPLBACKEND"], os.listdir(os.environ["PYTHONPATH"]))
        """,
        figures=True,
    )
    assert result.lines == ["module://literate.figure_backend ['literate']"]
    assert result.figures == [str(number).encode() for number in range(1, 11)]


# How it ended


def test_exit_status(start: Callable[..., Run]) -> None:
    result = start("import sys\nprint('a')\nsys.exit(3)")
    assert (result.lines, result.failure) == (["a"], "exit status 3")


def test_traceback(start: Callable[..., Run]) -> None:
    result = start("print('a')\n1 / 0")
    assert (result.lines, result.failure) == (["a"], "exit status 1")
    assert result.errors[0] == "Traceback (most recent call last):"
    assert 'script.py", line 2' in result.errors[1]
    assert result.errors[-1] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGTERM"])
def test_signal(start: Callable[..., Run], name: str) -> None:
    result = start(f"import os, signal\nprint('a')\nos.kill(os.getpid(), signal.{name})")
    assert (result.lines, result.failure) == (["a"], f"ended by {name}")


def test_missing_script(tmp_path: Path) -> None:
    result = run(Job(str(tmp_path / "none.py"), (), None, 1, GENEROUS, False), threading.Event())
    assert result.failure == "exit status 2"
    assert "No such file" in result.errors[0]


# Limits


def test_loops_for_ever(start: Callable[..., Run]) -> None:
    result = start("print('a')\nwhile True: pass", limits=Limits(1, 2000 * MB, MB))
    assert (result.lines, result.failure) == (["a"], "ran longer than 1 s")
    assert 1 <= result.seconds < 3


def test_ignores_signals_and_stops_itself(start: Callable[..., Run]) -> None:
    text = """
    import os, signal
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGSTOP)
    """
    assert start(text, limits=Limits(0.5, 2000 * MB, MB)).failure == "ran longer than 0.5 s"


@needs_proc
def test_eats_memory(start: Callable[..., Run]) -> None:
    text = """
    import time
    kept = []
    while True:
        kept.append(b"x" * 1_000_000)
        time.sleep(0.001)
    """
    result = start(text, limits=Limits(30, 100 * MB, MB))
    assert result.failure == "used more than 100 MB of memory"


@needs_proc
def test_memory_of_all_processes(start: Callable[..., Run], tmp_path: Path) -> None:
    text = """
    import os
    for _ in range(4):
        if not os.fork():
            note()
            kept = b"x" * 40_000_000
            time.sleep(60)
    time.sleep(60)
    """
    result = start(NOTE + dedent(text), str(tmp_path / "pids"), limits=Limits(30, 100 * MB, MB))
    assert result.failure == "used more than 100 MB of memory"
    assert [pid for pid in noted(tmp_path / "pids") if is_alive(pid)] == []


@needs_proc
def test_shared_memory_counts_once(start: Callable[..., Run]) -> None:
    text = """
    import os, time
    kept = b"x" * 60_000_000
    children = [os.fork() or (time.sleep(0.5), os._exit(0)) for _ in range(4)]
    for child in children:
        os.waitpid(child, 0)
    """
    assert start(text, limits=Limits(30, 150 * MB, MB)).failure == ""


@pytest.mark.parametrize("stream", [1, 2])
def test_prints_a_gigabyte(start: Callable[..., Run], stream: int) -> None:
    text = f"""
    import os
    line = b"x" * 99 + b"\\n"
    for _ in range(10_000):
        os.write({stream}, line * 1000)
    """
    result = start(text, limits=Limits(60, 2000 * MB, MB))
    assert result.failure == "printed more than 1 MB"
    assert sum(len(line) + 1 for line in result.lines + result.errors) == MB
    assert result.seconds < 10


def test_prints_without_a_line_end(start: Callable[..., Run]) -> None:
    result = start("import os\nwhile True: os.write(1, b'x' * 50_000)", limits=Limits(60, 2000 * MB, 3 * MB))
    assert (len(result.lines), len(result.lines[0])) == (1, 3 * MB)
    assert result.failure == "printed more than 3 MB"


def test_prints_just_the_limit(start: Callable[..., Run]) -> None:
    assert start("print('x' * 99)", limits=Limits(60, 2000 * MB, 100)).failure == ""
    assert start("print('x' * 100)", limits=Limits(60, 2000 * MB, 100)).failure == "printed more than 0.1 kB"


def test_cancelled(start: Callable[..., Run], tmp_path: Path) -> None:
    cancelled = threading.Event()
    result = start(
        NOTE + "print('a')\ntime.sleep(60)",
        str(tmp_path / "pids"),
        cancelled=cancelled,
        on_line=lambda _: cancelled.set(),
    )
    assert (result.lines, result.failure) == (["a"], "cancelled")
    assert result.seconds < 10


def test_interrupted(start: Callable[..., Run], tmp_path: Path, temporary: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start(NOTE + "print('a')\ntime.sleep(60)", str(tmp_path / "pids"), on_line=interrupt)
    if os.path.exists("/proc"):
        assert_all_gone(tmp_path / "pids", 1)
    assert list(temporary.iterdir()) == []


# Its other processes

FORKS = {
    "fork": "if not os.fork():\n    note(); time.sleep(60)",
    "setsid": "if not os.fork():\n    os.setsid(); note(); time.sleep(60)",
    "double fork": """
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    note(); time.sleep(60)
os.wait()
""",
    "double fork that clears its environment": """
if not os.fork():
    if os.fork():
        os._exit(0)
    note(); os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"], {})
os.wait()
""",
    "setsid that clears its environment": """
if not os.fork():
    os.setsid(); note()
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"], {})
time.sleep(0.7)
""",
}


@needs_proc
@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
@pytest.mark.parametrize("end", ["sys.exit()", "time.sleep(60)"], ids=["ends", "hangs"])
def test_children_are_gone(start: Callable[..., Run], tmp_path: Path, fork: str, end: str) -> None:
    """The child holds the pipes open; nobody waits for it."""
    wait = f"while len(open(sys.argv[1]).readlines()) < 2: time.sleep(0.01)\nprint('a')\n{end}"
    cancelled = threading.Event()
    result = start(
        f"{NOTE}\n{fork}\n{wait}",
        str(tmp_path / "pids"),
        cancelled=cancelled,
        on_line=lambda _: cancelled.set() if end == "time.sleep(60)" else None,
    )
    assert (result.lines, result.failure) == (["a"], "" if end == "sys.exit()" else "cancelled")
    assert_all_gone(tmp_path / "pids", 2)


@needs_proc
def test_child_of_an_example_that_was_killed(start: Callable[..., Run], tmp_path: Path) -> None:
    text = (
        "if not os.fork():\n    os.setsid(); note(); time.sleep(60)\ntime.sleep(0.2)\nos.kill(os.getpid(), 9)"
    )
    assert start(NOTE + text, str(tmp_path / "pids")).failure == "ended by SIGKILL"
    assert_all_gone(tmp_path / "pids", 2)


@needs_proc
def test_hopping_process(start: Callable[..., Run], tmp_path: Path) -> None:
    """A process that goes on in a child and a session of its own, time and again, is caught."""
    text = """
    if not os.fork():
        os.close(1)
        while time.sleep(0.002) is None:
            if os.fork():
                os._exit(0)
            os.setsid()
            note()
    time.sleep(0.5)
    """
    assert start(NOTE + dedent(text), str(tmp_path / "pids")).failure == ""
    count = len(noted(tmp_path / "pids"))
    time.sleep(0.2)
    assert_all_gone(tmp_path / "pids", count)


@needs_proc
def test_bomb_of_forks(start: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_MOST_PROCESSES", 20)
    text = """
    while True:
        if not os.fork():
            os.setsid()
            note()
        time.sleep(0.1)
    """
    result = start(NOTE + dedent(text), str(tmp_path / "pids"), limits=Limits(20, 4000 * MB, MB))
    assert result.failure == "ran more than 20 processes"
    time.sleep(0.3)
    assert [pid for pid in noted(tmp_path / "pids") if is_alive(pid)] == []


def find_processes(word: str) -> list[int]:
    """The processes with `word` in their command line or environment."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            text = b"".join(Path(f"/proc/{name}/{part}").read_bytes() for part in ("cmdline", "environ"))
        except OSError:
            continue
        if word.encode() in text:
            found.append(int(name))
    return found


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@needs_proc
def test_recording_process_is_killed(tmp_path: Path, temporary: Path) -> None:
    (tmp_path / "script.py").write_text(NOTE + "if not os.fork():\n    os.setsid(); note()\ntime.sleep(60)")
    job = Job(str(tmp_path / "script.py"), (str(tmp_path / "pids"),), None, 1, GENEROUS, False)
    recording = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import threading\nfrom literate.runner import Job, Limits, run\nrun({job!r}, threading.Event())",
        ],
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(Path(runner.__file__).parents[1])},
    )
    with recording:
        wait_for(lambda: (tmp_path / "pids").exists() and len(noted(tmp_path / "pids")) == 2)
        assert all(is_alive(pid) for pid in noted(tmp_path / "pids"))
        recording.send_signal(signal.SIGKILL)
    wait_for(lambda: not any(is_alive(pid) for pid in noted(tmp_path / "pids")))
    wait_for(lambda: list(temporary.iterdir()) == [])
    wait_for(lambda: find_processes(str(temporary)) == [])


def test_ten_at_once(tmp_path: Path, temporary: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys, time\nfor n in range(20):\n    print(sys.argv[1], n)\ntime.sleep(0.2)")

    def one(number: int) -> Run:
        return run(Job(str(script), (str(number),), None, 1, GENEROUS, False), threading.Event())

    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    with ThreadPoolExecutor(10) as executor:
        results = list(executor.map(one, range(10)))
    for number, result in enumerate(results):
        assert (result.lines, result.failure) == ([f"{number} {n}" for n in range(20)], "")
    assert len({result.folder for result in results}) == 10
    assert list(temporary.iterdir()) == []
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
        assert find_processes(str(temporary)) == []


# Its environment


def test_pinned_environment() -> None:
    base = {
        "PATH": "/bin",
        "HOME": "/home/a",
        "PYTHONPATH": "/elsewhere",
        "PYTHONWARNINGS": "ignore",
        "FORCE_COLOR": "1",
        "CLICOLOR_FORCE": "1",
        "LANGUAGE": "de",
        "LC_ALL": "de_DE",
        "LITERATE_RUN": "another",
        "OMP_NUM_THREADS": "8",
        "TERM": "xterm",
        "TMPDIR": "/elsewhere",
        "TMP": "/elsewhere",
    }
    copy = dict(base)
    assert pinned_environment(base, 2, "/t") == {
        "PATH": "/bin",
        "HOME": "/home/a",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "MKL_NUM_THREADS": "2",
        "VECLIB_NUM_THREADS": "2",
        "NUMEXPR_NUM_THREADS": "2",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "80",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "TMPDIR": "/t",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/t/matplotlib",
        "TORCHINDUCTOR_CACHE_DIR": "/t/torchinductor",
        "KERAS_HOME": "/t/keras",
        "TF_CPP_MIN_LOG_LEVEL": "1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    assert base == copy


def test_environment_of_a_run(start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = start(
        """
        import os, sys, time
        print(hash("a"), time.tzname[0], sys.flags.utf8_mode, sys.flags.hash_randomization)
        print(sorted(set(os.environ) & {"PYTHONWARNINGS", "FORCE_COLOR", "PYTHONPATH"}))
        print(os.get_terminal_size if os.isatty(1) else "no terminal", os.getsid(0) == os.getpid())
        """
    )
    again = start("print(hash('a'))")
    assert result.lines[0] == f"{again.lines[0]} UTC 1 0"
    assert result.lines[1:] == ["[]", "no terminal True"]


# Where there is no /proc


def test_without_a_process_table(
    start: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_PROC", str(tmp_path / "none"))
    # The sum is 4 x 20 MB + 8 GiB of addresses.
    result = start("x = bytearray(10**10)", limits=Limits(30, 20 * MB, MB))
    if sys.platform == "linux":
        assert (result.failure, result.errors[-1]) == ("exit status 1", "MemoryError")
    result = start(f"{NOTE}{FORKS['fork']}\nprint(sys.argv[2:])", str(tmp_path / "pids"), "a b", "$0")
    assert (result.lines, result.failure) == (["['a b', '$0']"], "")
    if os.path.exists("/proc/self/stat"):
        monkeypatch.undo()
        wait_for(lambda: not any(is_alive(pid) for pid in noted(tmp_path / "pids")))
