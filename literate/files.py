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
_ATTEMPTS = 5  # at reading a file that changes meanwhile
_CHUNK = 1 << 20
_LONGEST_NAME = 200  # bytes of a name that the name of its temporary file repeats
_AT_ONCE = 1000  # parts that one call may write


def read_all(descriptor: int) -> bytes:
    """The bytes of a file. Raises EOFError where it keeps changing while it is read."""
    for _ in range(_ATTEMPTS):
        before = os.fstat(descriptor)
        parts = [os.read(descriptor, before.st_size + 1)]
        size = len(parts[0])
        while parts[-1] and size <= before.st_size:
            parts.append(os.read(descriptor, _CHUNK))
            size += len(parts[-1])
        after = os.fstat(descriptor)
        if size == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
            return parts[0] if len(parts) <= 2 else b"".join(parts)
        os.lseek(descriptor, 0, os.SEEK_SET)
    raise EOFError


def is_made_of(page: bytes, pieces: list[Piece]) -> bool:
    """Whether `page` is, byte for byte, made of `pieces`."""
    at = 0
    for piece in pieces:
        if not page.startswith(piece.data, at):
            return False
        at += len(piece.data)
    return at == len(page)


def _write_all(descriptor: int, data: list[bytes | memoryview]) -> None:
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


def replace_file(directory: int, name: str, data: list[bytes | memoryview], mode: int | None) -> None:
    """Replace the file `name` of the folder `directory`: there is the old one or the new one, whatever happens."""
    temporary = f"{_temporary_start(name)}{os.getpid()}.tmp"
    descriptor = _create_locked(temporary, directory)
    try:
        if mode is not None:
            os.fchmod(descriptor, mode)
        _write_all(descriptor, data)
        os.fsync(descriptor)
        os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        _remove(temporary, directory)
        raise
    finally:
        os.close(descriptor)


def _remove(name: str, directory: int) -> None:
    """Remove the file `name`, unless it is gone: an interruption may come when it has another name already."""
    try:
        os.unlink(name, dir_fd=directory)
    except FileNotFoundError:
        return


def remove_leftovers(directory: int, name: str) -> None:
    """Remove the temporary files for `name` that a build which was killed left: those that nobody holds a lock on."""
    start = _temporary_start(name)
    with os.scandir(directory) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(start)]
    for other in names:
        if not other.endswith(".tmp"):
            continue
        try:
            with open(os.open(other, READ, dir_fd=directory), "rb") as file:
                if _lock(file.fileno()):
                    os.unlink(other, dir_fd=directory)
        except OSError:
            continue  # its build has just renamed it


def _temporary_start(name: str) -> str:
    """How the names of temporary files for `name` begin, none of them longer than the system allows."""
    return f".{name}." if len(os.fsencode(name)) <= _LONGEST_NAME else f".{name[-_LONGEST_NAME // 4 :]}."


def _create_locked(name: str, directory: int) -> int:
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


def _lock(descriptor: int) -> bool:
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
