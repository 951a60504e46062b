"""Bounds of the seconds and the memory that the expressions of pages take, whoever wrote them."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from literate.errors import LiterateError

_SECONDS = 10.0  # of the processor, for all the expressions of a command
_REFILL = 0.1  # of the seconds that pass, for what runs long, such as `watch`
_MEMORY = 500_000_000


class _TooLong(BaseException):
    """The seconds are used up. No Exception, as what is evaluated may try to go on after one."""


class _Allowance:
    """The seconds of the processor that are left."""

    def __init__(self) -> None:
        self.left = _SECONDS
        self._since = time.monotonic()

    def refill(self) -> float:
        now = time.monotonic()
        self.left = min(_SECONDS, self.left + _REFILL * (now - self._since))
        self._since = now
        return self.left


_allowance = _Allowance()


@contextmanager
def bounded() -> Iterator[None]:
    """Within it, seconds and memory are bounded. Raises LiterateError where they did not suffice.

    As far as the system can: seconds on the main thread of a POSIX system, memory on Linux.
    """
    on_main = threading.current_thread() is threading.main_thread()
    if not (on_main and hasattr(signal, "setitimer")):
        yield
        return
    began = time.process_time()
    seconds = max(_allowance.refill(), 0.01)
    before = signal.signal(signal.SIGVTALRM, _give_up)
    limits = _limit_memory()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.05)  # again and again, in case one is not heard
    try:
        yield
    except _TooLong:
        message = f"the expressions of these pages take more than {_SECONDS:g} seconds"
        raise LiterateError(message) from None
    except MemoryError:
        raise LiterateError(f"this takes more than {_MEMORY // 10**6} MB") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        _restore_memory(limits)
        _allowance.left -= time.process_time() - began


def _give_up(*_: object) -> None:
    raise _TooLong


def _limit_memory() -> tuple[int, int] | None:
    """Let the process have so much more memory and no more than that; the limits that it had, where it can be told."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        return None
    soft, hard = limits = resource.getrlimit(resource.RLIMIT_AS)
    wanted = taken + _MEMORY
    if soft != resource.RLIM_INFINITY and soft <= wanted:
        return None
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    return limits


def _restore_memory(limits: tuple[int, int] | None) -> None:
    if limits is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, limits)
