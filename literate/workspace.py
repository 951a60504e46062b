"""The project's files: the only module that reads and writes them.

Every path is relative to the root and stays inside it: folders are opened one by one without following links,
so what was checked is what is read. A page is replaced whole or not at all.
"""

from __future__ import annotations

import errno
import os
from stat import S_IMODE, S_ISREG

from literate.errors import LiterateError, UsageError, nearest
from literate.files import FOLDER, NOFOLLOW, READ, is_made_of, read_all, remove_leftovers, replace_file
from literate.model import Location, Piece
from literate.paths import TEMPLATE_NAME

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK_ERRORS = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)
_OPEN_FOLDERS = 100
_HINTS = 20  # missing files that the nearest is looked for; with more of them, something else is wrong
_LISTED = 10_000  # files looked at, for one with a name that is near or for scripts to begin with
_NO_SUCH_NAMES = "the encoding of this locale has no such name; set PYTHONUTF8=1"
_SKIPPED = ("node_modules", "__pycache__")


class Workspace:
    """The files below the folder `root`."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self._folders: dict[str, int] = {}
        self._hints = 0

    def read(self, path: str) -> bytes:
        """The bytes of the file `path`. Raises LiterateError where it is missing, unreadable or outside."""
        try:
            descriptor = self._open_file(path)
        except FileNotFoundError:
            raise LiterateError(f"no file '{path}'{self._near(path)}") from None
        except OSError as error:
            raise LiterateError(f"cannot read '{path}': {error.strerror}") from None
        except UnicodeEncodeError:
            raise LiterateError(f"cannot read '{path}': {_NO_SUCH_NAMES}") from None
        self._require_regular(path, descriptor)
        try:
            return read_all(descriptor)
        except OSError as error:
            raise LiterateError(f"cannot read '{path}': {error.strerror}") from None
        except EOFError:
            raise LiterateError(f"'{path}' changes while it is read; try again") from None
        finally:
            os.close(descriptor)

    def _near(self, path: str) -> str:
        """Which file comes near the missing `path`, for the first of those that are looked for."""
        self._hints += 1
        return nearest(path, self.files()) if self._hints <= _HINTS else ""

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
            directory = self._folder(folder)
            mode = self._mode(page, directory, name)
            remove_leftovers(directory, name)
            replace_file(directory, name, [piece.data for piece in pieces], mode)
        except OSError as error:
            raise LiterateError(f"cannot write '{page}': {error.strerror}", Location(page)) from None
        except UnicodeEncodeError:
            raise LiterateError(f"cannot write '{page}': {_NO_SUCH_NAMES}", Location(page)) from None

    def tidy(self, page: str) -> None:
        """Remove what a write of `page` that was killed left beside it, where nothing is to be written."""
        folder, _, name = page.rpartition("/")
        try:
            remove_leftovers(self._folder(folder), name)
        except (OSError, LiterateError):
            return  # it harms nobody

    def write_bytes(self, path: str, data: bytes) -> None:
        """Replace the file `path` by `data` as `write` does, its folders made where they are missing."""
        try:
            self._make_folders(path.rpartition("/")[0])
        except OSError as error:
            raise LiterateError(f"cannot write '{path}': {error.strerror}", Location(path)) from None
        self.write(path, [Piece(data, path, 0)])

    def _make_folders(self, folder: str) -> None:
        """Make the folders of the path `folder` that are missing, through no link."""
        try:
            self._folder(folder)
        except FileNotFoundError:
            parent, _, name = folder.rpartition("/")
            self._make_folders(parent)
            try:
                os.mkdir(name, dir_fd=self._folder(parent))
            except FileExistsError:
                return  # another build was faster

    def match(self, patterns: tuple[str, ...]) -> list[str]:
        """The files that match one of the glob `patterns`, sorted; no folder that is a link is looked into."""
        from literate.patterns import matches  # imports `fnmatch` and `re`

        return sorted({path for pattern in patterns for path in matches(pattern, self._scan)})

    def templates(self, exclude: tuple[str, ...]) -> list[str]:
        """The path of every template below the root, sorted; those in folders that are left out are none."""
        found = [
            _join(folder, TEMPLATE_NAME) for folder, names in self._walk(exclude) if TEMPLATE_NAME in names
        ]
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
        if name == ".." or "\0" in name:
            raise LiterateError(f"{path!r} leads out of the project, or to no file")
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
                if name == ".." or "\0" in name:
                    raise LiterateError(f"{folder!r} leads out of the project, or to no folder")
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

    def _mode(self, page: str, directory: int, name: str) -> int | None:
        """The mode of `page`, which a new one keeps; None where there is none yet."""
        try:
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        except FileNotFoundError:
            return None
        if not S_ISREG(status.st_mode):
            raise LiterateError(f"'{page}' is not a regular file", Location(page))
        return S_IMODE(status.st_mode)

    def _scan(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._absolute(folder)) as entries:
                return list(entries)
        except (PermissionError, FileNotFoundError, NotADirectoryError):
            return []  # it may go while we look

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
