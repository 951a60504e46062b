"""The processes of this machine, as /proc shows them; where there is none, no process is seen."""

import os
from typing import NamedTuple

_CHUNK = 1 << 16
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Status(NamedTuple):
    """A line of the process table. A number is used again; number and `born`, in clock ticks, are not."""

    state: bytes
    parent: int
    session: int
    born: int
    resident: int


class ProcessTable:
    """The table of processes at `folder`."""

    __slots__ = ("_folder",)

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @property
    def exists(self) -> bool:
        """Whether the system has such a table."""
        return os.path.exists(f"{self._folder}/self/stat")

    def numbers(self) -> list[int]:
        """The numbers of all processes."""
        return _numbers(self._folder)

    def status(self, pid: int) -> Status | None:
        """The line of the process `pid`; None where there is none."""
        # The name, in parentheses, may hold anything.
        fields = _read(f"{self._folder}/{pid}/stat").rpartition(b")")[2].split()
        if len(fields) < 22:
            return None
        return Status(fields[0], int(fields[1]), int(fields[3]), int(fields[19]), int(fields[21]) * _PAGE)

    def environment(self, pid: int) -> bytes:
        """The environment that `pid` was started with; none where it is gone or not ours."""
        return _read(f"{self._folder}/{pid}/environ")

    def children(self, pid: int) -> list[int]:
        """The children of `pid` by each of its threads."""
        folder = f"{self._folder}/{pid}/task"
        return [
            int(child)
            for thread in _numbers(folder)
            for child in _read(f"{folder}/{thread}/children").split()
        ]

    def proportional(self, pid: int) -> int:
        """The bytes of `pid`, what it shares divided among those that do; else, resident bytes."""
        for line in _read(f"{self._folder}/{pid}/smaps_rollup").split(b"\n"):
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
        status = self.status(pid)
        return status.resident if status else 0


def _numbers(folder: str) -> list[int]:
    """The entries of `folder` that are numbers; none where there is no such folder."""
    try:
        return [int(name) for name in os.listdir(folder) if name.isdigit()]
    except OSError:
        return []


def _read(path: str) -> bytes:
    """The bytes of a file of /proc; none where its process is gone or not ours."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    parts = []
    try:
        while part := os.read(descriptor, _CHUNK):
            parts.append(part)
            if len(part) < 4096:  # a short read is the last; /proc may stop at a page before the end
                break
    except OSError:
        pass  # it went while we read
    finally:
        os.close(descriptor)
    return b"".join(parts)
