"""The processes of a run, however far they have strayed: what they take, and their end.

Every process of a run carries the run's token in its environment, so that those are found as well that left
the session or lost their parent. What escapes is a process that, between two looks at the table (50 ms), cleared
its environment, called `setsid` and lost its parent, all three.
"""

import contextlib
import os
import signal
import sys
import time

from literate.limits import size_in_words
from literate.process_table import ProcessTable

STEP = 0.05  # seconds between two looks at the table, at least
_LOOK_SHARE = 300  # a look at the run's processes is followed by so many times its own cost without one,
_SEARCH_SHARE = 1000  # and a look at all processes of the machine by so many times its own
_LONGEST_REST = 2.0
_PATIENCE = 5.0  # seconds for killed processes to go


class ProcessTree:
    """The processes of a run: the first one, what descends from it, and whatever holds its token."""

    def __init__(self, first: int, token: str, table: ProcessTable) -> None:
        self._first = first
        self._token = token.encode()
        self._table = table
        self._born: dict[int, int] = {}
        self._unsure: set[int] = set()
        self._is_ending = False
        self._next_look = 0.0
        self._next_search = 0.0
        self._admit(first)

    def excess(self, memory: int, processes: int) -> str:
        """Look at the table when it is time to; what the run takes too much of, or the empty string."""
        now = time.monotonic()
        if now < self._next_look:
            return ""
        begun = time.thread_time()
        if now >= self._next_search:
            self._search()
            self._next_search = now + _rest(_SEARCH_SHARE * (time.thread_time() - begun))
            begun = time.thread_time()
        resident = self._look()
        # Resident counts a shared page in each process. That is cheap, so only what it finds too much is
        # counted exactly (PSS), which walks the page tables and holds the example up meanwhile.
        too_much = resident > memory and (len(self._born) == 1 or self._proportional() > memory)
        self._next_look = now + _rest(_LOOK_SHARE * (time.thread_time() - begun))
        if too_much:
            return f"used more than {size_in_words(memory)} of memory"
        return f"ran more than {processes} processes" if len(self._born) > processes else ""

    def kill(self) -> None:
        """Kill them all, again and again until two looks in a row find nothing new.

        It ends after 5 s, which only a bomb of forks that leave the session needs, and half a second after
        the last sign of life: on a busy machine other processes come and go all the time.
        """
        begun = seen = time.monotonic()
        self._is_ending = True
        with contextlib.suppress(OSError):
            os.killpg(self._first, signal.SIGKILL)  # at once: nothing in the group can fork meanwhile
        quiet = 0
        while quiet < 2 and (now := time.monotonic()) < min(begun + _PATIENCE, seen + _PATIENCE / 10):
            before = set(self._born)
            self._look()
            is_sure = self._search()
            alive = [pid for pid, born in self._born.items() if _kill(pid, born, self._table)]
            quiet = quiet + 1 if is_sure and not alive and before == set(self._born) else 0
            if alive:
                seen = now
                time.sleep(0.002)

    def _look(self) -> int:
        """Follow the members to their children, and forget those that are gone; the resident bytes of all."""
        resident = 0
        pending = list(self._born)
        while pending:
            pid = pending.pop()
            status = self._table.status(pid)
            if status is None or status.born != self._born[pid]:
                del self._born[pid]
                continue
            resident += status.resident
            pending += [
                child for child in self._table.children(pid) if child not in self._born and self._admit(child)
            ]
        return resident

    def _search(self) -> bool:
        """Admit what belongs to the run, out of the whole table, the newest first.

        False where a process could not be read that could be before: it may have ended while we looked and
        left a child that came too late for the list.
        """
        unsure = set()
        for pid in sorted(self._table.numbers(), reverse=True):
            if pid in self._born:
                continue
            status = self._table.status(pid)
            if status is not None and (status.session == self._first or status.parent in self._born):
                self._admit(pid)
            elif not (environment := self._table.environment(pid)):
                unsure.add(pid)
            elif self._token in environment:
                self._admit(pid)
        is_sure = unsure <= self._unsure
        self._unsure = unsure
        return is_sure

    def _admit(self, pid: int) -> bool:
        """Make the process `pid` a member; when the run is ending, its last moment."""
        status = self._table.status(pid)
        if status is None:
            return False
        self._born[pid] = status.born
        if self._is_ending:
            _kill(pid, status.born, self._table)
        return True

    def _proportional(self) -> int:
        """The bytes of all, each shared page counted once; where the system does not say, resident bytes."""
        return sum(self._table.proportional(pid) for pid in self._born)


def _rest(seconds: float) -> float:
    """How long to leave the table alone when `seconds` would be fair."""
    return min(max(STEP, seconds), _LONGEST_REST)


def _kill(pid: int, born: int, table: ProcessTable) -> bool:
    """Kill that process, never another one that got its number; whether it was still alive."""
    descriptor = open_pidfd(pid)
    try:
        status = table.status(pid)
        if status is None or status.born != born or status.state in b"ZX":
            return False
        if descriptor is not None and sys.platform == "linux":
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except OSError:
        return False  # it has just ended, or became another user's
    finally:
        if descriptor is not None:
            os.close(descriptor)
    return True


def open_pidfd(pid: int) -> int | None:
    """A descriptor that means the process `pid` and is readable when it has ended, where there are such."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return os.pidfd_open(pid)
    return None
