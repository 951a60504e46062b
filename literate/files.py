"""Whole files through descriptors: read in one go, written without joining, created under a lock."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from literate.model import Piece

CLOEXEC = getattr(os, "O_CLOEXEC", 0)
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
READ = os.O_RDONLY | CLOEXEC | NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
FOLDER = os.O_RDONLY | CLOEXEC | NOFOLLOW | getattr(os, "O_DIRECTORY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | CLOEXEC | NOFOLLOW | getattr(os, "O_BINARY", 0)
_CHUNK = 1 << 20
_AT_ONCE = 1000  # parts that one call may write


def read_all(descriptor: int) -> bytes:
    """What is left to read of a file; in one read if it does not change meanwhile."""
    parts = [os.read(descriptor, os.fstat(descriptor).st_size + 1)]
    while parts[-1]:
        parts.append(os.read(descriptor, _CHUNK))
    return parts[0] if len(parts) <= 2 else b"".join(parts)


def is_made_of(page: bytes, pieces: list[Piece]) -> bool:
    """Whether `page` is, byte for byte, made of `pieces`."""
    at = 0
    for piece in pieces:
        if not page.startswith(piece.data, at):
            return False
        at += len(piece.data)
    return at == len(page)


def write_all(descriptor: int, data: list[bytes | memoryview]) -> None:
    """Write the parts in `data` one behind the other, without joining them where the system can."""
    if not hasattr(os, "writev"):
        data = [b"".join(data)]
    pending = [part for part in data if len(part)]
    for start in range(0, len(pending), _AT_ONCE):
        batch = pending[start : start + _AT_ONCE]
        while batch:
            written = (
                os.writev(descriptor, batch) if hasattr(os, "writev") else os.write(descriptor, batch[0])
            )
            batch = _rest(batch, written)


def _rest(parts: list[bytes | memoryview], written: int) -> list[bytes | memoryview]:
    """What is left of `parts` when so many bytes are written."""
    done = 0
    while done < len(parts) and written >= len(parts[done]):
        written -= len(parts[done])
        done += 1
    rest = parts[done:]
    return [memoryview(rest[0])[written:], *rest[1:]] if written else rest


def create_locked(name: str, directory: int) -> int:
    """Create the file `name`, locked; once more where another build took it for a leftover before it was."""
    while True:
        descriptor = os.open(name, _CREATE, 0o666, dir_fd=directory)
        try:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)  # waits for a build that is about to remove it
        except (ImportError, OSError):
            return descriptor  # no locks here: nobody can take it for a leftover
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Lock the file, which its process holds until it closes it; False where another one does."""
    try:
        import fcntl
    except ImportError:
        return True  # where an open file cannot be removed anyway
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
