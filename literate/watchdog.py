"""What ends a run when the recording process cannot do it any more."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from literate.process_table import ProcessTable

_WATCHDOG = """
import os, sys, time
sys.stdin.read()  # returns when the recording process is gone, however it went
token, folder = sys.argv[1].encode(), sys.argv[2]
for _ in range(500):
    found = False
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/environ", "rb") as file:
                if token in file.read():
                    found = True
                    os.kill(int(number), 9)
        except OSError:
            pass
    if not found:
        break
    time.sleep(0.01)
import shutil
shutil.rmtree(folder, ignore_errors=True)
"""


@contextlib.contextmanager
def watched(token: str, folder: str, table: ProcessTable) -> Iterator[None]:
    """A small process that, when this one is gone, kills what holds `token` and removes `folder`.

    It waits at a pipe whose other end is ours. PR_SET_PDEATHSIG would have to be set between fork and exec,
    which is not safe with threads, and would reach the first process alone.
    """
    if not table.exists:
        yield
        return
    watchdog = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCHDOG, token, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    with watchdog:
        yield  # where this raises, a second Ctrl-C for one, the pipe is closed and it does its work
        watchdog.kill()
