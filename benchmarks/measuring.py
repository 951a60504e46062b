"""Whole processes, timed in pairs: A B A B, so that whatever else the machine does falls on both."""

import functools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = str(ROOT / "build_readme.py")
PAIRS = ((0.4, 21), (1.5, 9), (8.0, 3))  # up to so many seconds, so many pairs; else one


@dataclass(frozen=True)
class Run:
    """How a process ended: its exit status, None if it took too long; seconds, peak memory in bytes, last words."""

    status: int | None
    seconds: float
    peak: int
    said: str


@dataclass(frozen=True)
class Measured:
    """Medians: seconds, their ratio to the other of each pair, bytes of memory at the peak; or the `fault`."""

    seconds: float = 0.0
    ratio: float = 0.0
    peak: int = 0
    fault: str = ""


@functools.cache
def environment() -> dict[str, str]:
    """The same for all; bytecode is kept, as it is for whoever runs a tool twice."""
    kept = ("HOME", "LITERATE_RUN", "PATH", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
    }


def plain_python(folder: Path) -> str:
    """An interpreter in an environment of its own, without pip, shims or `.pth` files, which take 25 to 80 ms."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin/python")


def run(command: list[str], folder: Path, limit: float = 3600.0, **variables: str) -> Run:
    """Run `command` in `folder`; after `limit` seconds it is killed with all that it started."""
    with tempfile.TemporaryFile() as said:
        late = threading.Event()
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )

        def give_up() -> None:
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(limit, give_up)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read()[-400:].decode(errors="replace").strip()
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Run(None if late.is_set() else process.returncode, seconds, peak, words)


def measure(
    first: Callable[[], Run],
    other: Callable[[], Run],
    pairs: int = 0,
    prepare: Callable[[], None] | None = None,
) -> Measured:
    """Medians of `first` in pairs with `other`: as many `pairs` as its time allows where none are given."""
    ready = prepare or (lambda: None)
    ready()
    probe = first()  # not counted: what it reads is in memory from here on
    if probe.status != 0:
        return Measured(
            fault="too slow" if probe.status is None else f"exit status {probe.status}: {probe.said}"
        )
    pairs = pairs or next((count for seconds, count in PAIRS if probe.seconds < seconds), 1)
    ours, theirs = [], []
    for _ in range(pairs):
        ready()
        ours.append(first())
        theirs.append(other())
    failed = [one for one in (*ours, *theirs) if one.status != 0]
    if failed:
        return Measured(fault=f"exit status {failed[0].status}: {failed[0].said}")
    return Measured(
        seconds=statistics.median(one.seconds for one in ours),
        ratio=statistics.median(one.seconds / two.seconds for one, two in zip(ours, theirs, strict=True)),
        peak=int(statistics.median(one.peak for one in ours)),
    )


def time_of(seconds: float) -> str:
    """`seconds` with about three digits."""
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"


def show(rows: list[list[str]]) -> None:
    """Print `rows` in columns, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        print("   ".join(cells).rstrip())
    print(flush=True)


def show_targets(targets: list[tuple[str, str, bool]]) -> None:
    """Print what was wanted, what was measured and whether that is enough."""
    for what, figures, met in targets:
        print(f"{'met   ' if met else 'MISSED'}   {what}: {figures}", flush=True)
    print(flush=True)


def say_quick(is_quick: bool) -> None:
    """Say that the figures are none, where sizes were cut."""
    if is_quick:
        print("--quick: sizes and repetitions are cut; this shows that it runs, the figures mean nothing\n")
