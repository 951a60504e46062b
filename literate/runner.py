"""Examples are started here and nowhere else: one process each, within limits, and nothing is left of it after.

A recording process that is itself killed cannot clean up; on Linux a watchdog does it then. It needs POSIX;
where there is no /proc, the group alone is killed, and the memory limit is one of address space, which the shell
sets.
"""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from literate.environment import figure_environment, pinned_environment
from literate.errors import LiterateError
from literate.limits import Limits, size_in_words
from literate.machine import Machine, portable, this_machine
from literate.output import Lines
from literate.process_table import ProcessTable
from literate.process_tree import STEP, ProcessTree, open_pidfd
from literate.watchdog import watched

__all__ = ["Job", "Limits", "Run", "pinned_environment", "run"]

_PAUSE = 0.001  # seconds before each read: a `print` is two writes, and a time is kept to the millisecond
_MOST_PROCESSES = 500  # of one run at once
_CHUNK = 1 << 16
_PATIENCE = 5.0  # seconds for a killed example to go
_PROC = "/proc"
# Elsewhere `setrlimit` would have to run between fork and exec, which is not safe with threads.
_ULIMIT = 'ulimit -v "$0" 2>/dev/null; exec "$@"'


@dataclass(frozen=True, slots=True)
class Job:
    """An example to run; without a `folder` it works in a temporary one. `figures` captures those it shows.

    `packages` are those that it imports, whose versions are noted.
    """

    script: str
    arguments: tuple[str, ...]
    folder: str | None
    threads: int
    limits: Limits
    figures: bool
    packages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """What an example printed, when each line was complete, and how it ended: `failure` is empty, or says how."""

    lines: list[str]
    times: list[float]
    errors: list[str]
    seconds: float
    failure: str
    figures: list[bytes]
    folder: str
    machine: Machine

    def portable(self, root: str) -> "Run":
        """The same run without the paths of the machine in what it printed; `root` is the project's."""
        lines, errors = (portable(lines, root, self.folder) for lines in (self.lines, self.errors))
        return replace(self, lines=lines, errors=errors)


def run(job: Job, cancelled: threading.Event, on_line: Callable[[str], None] | None = None) -> Run:
    """Run the example until it ends, goes over a limit or is `cancelled`; `on_line` gets each line as it comes.

    Afterwards none of its processes is left, and neither are its temporary files.
    """
    if os.name != "posix":
        raise LiterateError("examples can be run on Linux and macOS only")
    token = uuid.uuid4().hex
    root = os.path.realpath(tempfile.mkdtemp(prefix="literate-"))
    try:
        with watched(token, root, ProcessTable(_PROC)):
            return _run_below(root, token, job, cancelled, on_line)
    finally:
        _remove(root)


def _run_below(
    root: str,
    token: str,
    job: Job,
    cancelled: threading.Event,
    on_line: Callable[[str], None] | None,
) -> Run:
    """Run `job` with its temporary files below the folder `root`."""
    temporary, figures, work = (_make_folder(root, name) for name in ("tmp", "figures", "work"))
    environment = {"LITERATE_RUN": token, **pinned_environment(os.environ, job.threads, temporary)}
    if job.figures:
        environment |= figure_environment(root, figures)
    folder = job.folder or work
    with _Attempt(job, token, folder, environment, on_line) as attempt:
        try:
            failure = attempt.follow(cancelled)
        finally:
            attempt.end()
    return Run(
        lines=attempt.output.lines,
        times=attempt.output.times,
        errors=attempt.errors.lines,
        seconds=round(attempt.seconds, 3),
        failure=failure or attempt.late_failure(),
        figures=list(_read_figures(figures)),
        folder=folder,
        machine=this_machine(job.packages),
    )


class _Attempt:
    """One running example."""

    def __init__(
        self,
        job: Job,
        token: str,
        folder: str,
        environment: dict[str, str],
        on_line: Callable[[str], None] | None,
    ) -> None:
        self.limits = job.limits
        self.output = Lines(on_line)
        self.errors = Lines(None)
        self.seconds = 0.0
        self._room = job.limits.output
        self._selector = selectors.DefaultSelector()
        self._started = time.monotonic()
        self._popen = subprocess.Popen(
            _command(job),
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        self._tree = ProcessTree(self._popen.pid, token, ProcessTable(_PROC))
        for pipe, lines in ((self._popen.stdout, self.output), (self._popen.stderr, self.errors)):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, lines)
        self._bell = open_pidfd(self._popen.pid)
        if self._bell is not None:
            self._selector.register(self._bell, selectors.EVENT_READ)  # wakes us at the end

    def __enter__(self) -> "_Attempt":
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for pipe in (self._popen.stdout, self._popen.stderr):
            if pipe is not None:
                pipe.close()
        if self._bell is not None:
            os.close(self._bell)

    def follow(self, cancelled: threading.Event) -> str:
        """Read until the example has ended; the failure that made us stop before, or the empty string."""
        while True:
            self._read(self._selector.select(STEP), _PAUSE)
            self.seconds = time.monotonic() - self._started
            if self._room < 0:
                return self._printed_too_much()
            if self._has_ended():
                return ""
            if cancelled.is_set():
                return "cancelled"
            if self.seconds > self.limits.seconds:
                return f"ran longer than {self.limits.seconds:g} s"
            if excess := self._tree.excess(self.limits.memory, _MOST_PROCESSES):
                return excess

    def end(self) -> None:
        """Kill whatever still runs, then read what the pipes still hold; nobody makes us wait for more."""
        self._tree.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(_PATIENCE)
        while self._room >= 0 and (events := self._selector.select(0)):
            if not self._read(events):
                break
        self.output.close(self.seconds)
        self.errors.close(self.seconds)

    def late_failure(self) -> str:
        """What the last bytes and the exit status say."""
        if self._room < 0:
            return self._printed_too_much()
        return _failure(self._popen.returncode)

    def _read(self, events: list[tuple[selectors.SelectorKey, int]], pause: float = 0) -> bool:
        """Read once from each pipe that has something, after a `pause`; whether there was one."""
        pipes = [key for key, _ in events if key.data is not None]
        seconds = time.monotonic() - self._started
        if pipes and pause:
            time.sleep(pause)
        for key in pipes:
            chunk = os.read(key.fd, _CHUNK)
            if not chunk:
                self._selector.unregister(key.fileobj)
                continue
            key.data.add(chunk[: max(self._room, 0)], seconds)
            self._room -= len(chunk)
        return bool(pipes)

    def _has_ended(self) -> bool:
        """Whether the example has ended; it stays in the table, so that its number still means its group."""
        if not hasattr(os, "waitid"):
            return self._popen.poll() is not None  # macOS before Python 3.13
        return os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def _printed_too_much(self) -> str:
        return f"printed more than {size_in_words(self.limits.output)}"


def _command(job: Job) -> list[str]:
    """How a reader would start it; where we cannot see its memory, through a shell that limits it."""
    command = [sys.executable, job.script, *job.arguments]
    if ProcessTable(_PROC).exists:
        return command
    # Address space is reserved by the gigabyte and hardly used: hence the generous sum.
    kilobytes = (4 * job.limits.memory + (8 << 30)) // 1024
    return ["/bin/sh", "-c", _ULIMIT, str(kilobytes), *command]


def _read_figures(folder: str) -> Iterator[bytes]:
    number = 1
    while os.path.isfile(path := os.path.join(folder, f"figure-{number}.svg")):
        with open(path, "rb") as file:
            yield file.read()
        number += 1


def _make_folder(root: str, name: str) -> str:
    path = os.path.join(root, name)
    os.mkdir(path)
    return path


def _remove(folder: str) -> None:
    """Remove `folder`, the folders in it that the example made unwritable included."""
    shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):
        return
    for path, names, _ in os.walk(folder):
        for name in names:
            if not os.path.islink(inner := os.path.join(path, name)):
                os.chmod(inner, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _failure(status: int | None) -> str:
    """How an example ended that has the exit `status`, as Popen gives it."""
    if status is None:
        return "could not be killed"
    if status >= 0:
        return f"exit status {status}" if status else ""
    try:
        return f"ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"ended by signal {-status}"
