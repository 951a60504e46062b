"""The project's files: the only module that reads and writes them.

Every path is relative to the root and stays inside it: folders are opened one by one without following links,
so what was checked is what is read. A page is replaced whole or not at all.
"""

from __future__ import annotations

import errno
import os
from stat import S_IMODE, S_ISREG

from literate.errors import LiterateError, UsageError, nearest
from literate.files import (
    FOLDER,
    NOFOLLOW,
    READ,
    create_locked,
    is_made_of,
    lock,
    read_all,
    write_all,
)
from literate.model import Location, Piece
from literate.paths import TEMPLATE_NAME

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK_ERRORS = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
_HAS_DIR_FD = os.open in os.supports_dir_fd
_OPEN_FOLDERS = 100
_LISTED = 10_000  # files looked at, for one with a name that is near or for scripts to begin with
_SKIPPED = ("node_modules", "__pycache__")


class Workspace:
    """The files below the folder `root`."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self._folders: dict[str, int] = {}

    def read(self, path: str) -> bytes:
        """The bytes of the file `path`. Raises LiterateError where it is missing, unreadable or outside."""
        try:
            descriptor = self._open_file(path)
        except FileNotFoundError:
            raise LiterateError(f"no file '{path}'{nearest(path, self.files())}") from None
        except OSError as error:
            raise LiterateError(f"cannot read '{path}': {error.strerror}") from None
        self._require_regular(path, descriptor)
        try:
            return read_all(descriptor)
        except OSError as error:
            raise LiterateError(f"cannot read '{path}': {error.strerror}") from None
        finally:
            os.close(descriptor)

    def read_page(self, page: str) -> bytes | None:
        """The bytes of `page`, or None where there is none yet."""
        return self.read(page) if self.exists(page) else None

    def exists(self, path: str) -> bool:
        """Whether there is anything at `path`, a link that leads nowhere included."""
        return os.path.lexists(self._absolute(path))

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder at `path`."""
        return os.path.isdir(self._absolute(path))

    def holds(self, page: str, pieces: list[Piece]) -> bool:
        """Whether `page` is, byte for byte, made of `pieces`."""
        if not self.exists(page):
            return False
        descriptor = self._open_page(page)
        try:
            if os.fstat(descriptor).st_size != sum([len(piece.data) for piece in pieces]):
                return False
            return is_made_of(read_all(descriptor), pieces)
        finally:
            os.close(descriptor)

    def write(self, page: str, pieces: list[Piece]) -> None:
        """Replace `page` by `pieces`: a reader finds the old page or the new one, whatever happens.

        Raises LiterateError where it cannot be written; then the old page is as it was.
        """
        folder, _, name = page.rpartition("/")
        try:
            mode = self._mode(page)
            directory = self._folder(folder)
            self._remove_leftovers(folder, name)
            temporary = f".{name}.{os.getpid()}.tmp"
            self._write_new(temporary, directory, [piece.data for piece in pieces], mode, name)
        except OSError as error:
            raise LiterateError(f"cannot write '{page}': {error.strerror}", Location(page)) from None

    def write_bytes(self, path: str, data: bytes) -> None:
        """Replace the file `path` by `data` as `write` does, its folders made where they are missing."""
        folder = path.rpartition("/")[0]
        if not self.exists(folder):
            os.makedirs(self._absolute(folder), exist_ok=True)
        self.write(path, [Piece(data, path, 0)])

    def match(self, patterns: tuple[str, ...]) -> list[str]:
        """The files that match one of the glob `patterns`, sorted."""
        from glob import glob  # slow to import

        found = {path for pattern in patterns for path in glob(pattern, root_dir=self.root, recursive=True)}
        return sorted(path.replace(os.sep, "/") for path in found if os.path.isfile(self._absolute(path)))

    def templates(self, exclude: tuple[str, ...]) -> list[str]:
        """The path of every template below the root, sorted; those in folders that are left out are none."""
        found = [_join(folder, TEMPLATE_NAME) for folder, names in self._walk(exclude) if TEMPLATE_NAME in names]
        return sorted(map(self._representable, found))

    def folders(self, exclude: tuple[str, ...]) -> list[str]:
        """The folders that may hold templates: hidden ones, environments and `exclude` are left out."""
        return [folder for folder, _ in self._walk(exclude)]

    def _walk(self, exclude: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
        pending = [""]
        while pending:
            folder = pending.pop()
            entries = self._scan(folder)
            names = {entry.name for entry in entries}
            if folder and (".git" in names or "pyvenv.cfg" in names):
                continue
            yield folder, names
            pending += [
                path
                for entry in entries
                if not entry.name.startswith(".")
                and entry.name not in _SKIPPED
                and entry.is_dir(follow_symlinks=False)
                and (path := _join(folder, entry.name)) not in exclude
            ]

    def relative(self, path: str) -> str:
        """The path from the root of `path`, which is relative to where we are. Raises UsageError outside."""
        absolute = os.path.realpath(path)
        if not os.path.lexists(path):
            raise UsageError(f"no file or folder '{path}'")
        if absolute == self.root:
            return ""
        if not absolute.startswith(self.root.rstrip(os.sep) + os.sep):
            raise UsageError(f"'{path}' is outside the project at {self.root}; --root names another")
        return os.path.relpath(absolute, self.root).replace(os.sep, "/")

    def _absolute(self, path: str) -> str:
        return os.path.join(self.root, *path.split("/")) if path else self.root

    def _open_file(self, path: str, links: bool = True) -> int:
        """Open `path` for reading without following a link; one that stays inside is resolved, once."""
        folder, _, name = path.rpartition("/")
        if not name:
            raise LiterateError("the project's root is a folder, not a file")
        try:
            return os.open(name, READ, dir_fd=self._folder(folder))
        except OSError as error:
            if error.errno not in _LINK_ERRORS or not links:
                raise
            real = self._resolve_link(path)
            if real == path:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None
            return self._open_file(real, links=False)

    def _resolve_link(self, path: str) -> str:
        real = os.path.realpath(self._absolute(path))
        if not real.startswith(self.root.rstrip(os.sep) + os.sep):
            raise LiterateError(f"'{path}' leads out of the project through a symbolic link")
        return os.path.relpath(real, self.root).replace(os.sep, "/")

    def _folder(self, folder: str) -> int:
        """A descriptor of `folder`, opened from its parent's without following links."""
        descriptor = self._folders.get(folder)
        if descriptor is None:
            if len(self._folders) >= _OPEN_FOLDERS:
                self.close()
            if folder:
                parent, _, name = folder.rpartition("/")
                descriptor = os.open(name, FOLDER, dir_fd=self._folder(parent))
            else:
                descriptor = os.open(self.root, FOLDER & ~NOFOLLOW)
            self._folders[folder] = descriptor
        return descriptor

    def close(self) -> None:
        """Close the folders that are held open."""
        for descriptor in self._folders.values():
            os.close(descriptor)
        self._folders.clear()

    def _open_page(self, page: str) -> int:
        try:
            descriptor = self._open_file(page, links=False)
            self._require_regular(page, descriptor)
        except OSError as error:
            raise LiterateError(_unusable(page, error), Location(page)) from None
        except LiterateError as error:
            raise error.at(Location(page)) from None
        return descriptor

    def _require_regular(self, path: str, descriptor: int) -> None:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise LiterateError(f"'{path}' is not a regular file")

    def _mode(self, page: str) -> int | None:
        """The mode of `page`, which a new one keeps; None where there is none yet."""
        try:
            status = os.lstat(self._absolute(page))
        except FileNotFoundError:
            return None
        if not S_ISREG(status.st_mode):
            raise LiterateError(f"'{page}' is not a regular file", Location(page))
        return S_IMODE(status.st_mode)

    def _write_new(
        self, temporary: str, directory: int, data: list[bytes | memoryview], mode: int | None, name: str
    ) -> None:
        descriptor = create_locked(temporary, directory)
        try:
            if mode is not None:
                os.fchmod(descriptor, mode)
            write_all(descriptor, data)
            os.fsync(descriptor)
            os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            os.unlink(temporary, dir_fd=directory)
            raise
        finally:
            os.close(descriptor)

    def _remove_leftovers(self, folder: str, name: str) -> None:
        """Remove what a build that was killed left behind: a temporary file that nobody holds a lock on."""
        for entry in self._scan(folder):
            if not (entry.name.startswith(f".{name}.") and entry.name.endswith(".tmp")):
                continue
            try:
                with open(os.open(entry.path, READ), "rb") as file:
                    if lock(file.fileno()):
                        os.unlink(entry.path)
            except OSError:
                continue  # its build has just renamed it

    def _scan(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._absolute(folder)) as entries:
                return list(entries)
        except PermissionError:
            return []

    def _representable(self, path: str) -> str:
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = path.encode("utf-8", "backslashreplace").decode()
            raise LiterateError(f"the name of the folder of '{shown}' is not UTF-8; rename it") from None
        return path

    def files(self, below: str = "") -> list[str]:
        """The files below the folder `below`, as many as are worth looking at; those of environments left out."""
        found: list[str] = []
        pending = [below]
        while pending and len(found) < _LISTED:
            folder = pending.pop(0)
            entries = self._scan(folder)
            if any(entry.name == "pyvenv.cfg" for entry in entries):
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                        pending.append(_join(folder, entry.name))
                else:
                    found.append(_join(folder, entry.name))
        return found


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _unusable(page: str, error: OSError) -> str:
    if error.errno in _LINK_ERRORS:
        return f"'{page}' is not a regular file"
    return f"cannot read '{page}': {error.strerror}"
