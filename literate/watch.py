"""Waiting for the files that pages depend on: what was read is noted, and `wait` returns when it has changed.

The system's notice of a change only wakes us. What has changed is found by looking at each file that was read,
or looked for, so that a notice that is lost, early or of a file of our own does no harm.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from stat import S_ISREG
from types import ModuleType

from literate.errors import LiterateError
from literate.model import Settings
from literate.paths import folder_of, page_of
from literate.workspace import Workspace

Print = tuple[int, int, int] | None  # what tells one state of a file from another; None where there is none

_STEP = 5  # milliseconds without another change after which those so far are looked at,
_MOST = 50  # or so many since the first of them
_LOOK = 1_000  # milliseconds after which the files are looked at even without a notice
_PATIENCE = 0.25  # seconds that a file may be missing or empty while an editor writes it
_PAUSE = 0.002


class Noting(Workspace):
    """A workspace that notes the state of each file when it is read or looked for."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.noted: dict[str, Print] = {}

    def read(self, path: str) -> bytes:
        """The bytes of the file `path`, as `Workspace.read` gives them."""
        self.noted.setdefault(path, self.print_of(path))
        return super().read(path)

    def exists(self, path: str) -> bool:
        """Whether there is anything at `path`."""
        self.noted.setdefault(path, self.print_of(path))
        return super().exists(path)

    def print_of(self, path: str) -> Print:
        """The state of the file `path` now."""
        try:
            status = os.stat(os.path.join(self.root, path))
        except (OSError, ValueError):
            return None
        is_file = S_ISREG(status.st_mode)
        return (status.st_mtime_ns, status.st_size, status.st_ino) if is_file else (0, 0, 0)


class Watch:
    """The project below `root`: `look` says what a weave read, and `wait` returns what has changed since."""

    def __init__(self, root: str) -> None:
        self._watchfiles = _watchfiles()
        self._workspace = Noting(root)
        self._prints: dict[str, Print] = {}
        self._settings = Settings()
        self._listed = self._listing()
        self._notices = self._hear()

    def look(self, noted: dict[str, Print], settings: Settings) -> None:
        """Take the files of `noted` for what the pages depend on; the pages themselves are none of it."""
        if (settings.exclude, settings.examples) != (self._settings.exclude, self._settings.examples):
            self._settings = settings
            self._listed = self._listing()
        pages = {page_of(path) for path in self._listed}
        self._prints = {path: state for path, state in noted.items() if path and path not in pages}

    def wait(self) -> list[str]:
        """Wait until something that the pages depend on has changed; which files, in order."""
        for came_or_went in self._notices:
            changed = {
                path for path, state in self._prints.items() if self._workspace.print_of(path) != state
            }
            if came_or_went:
                changed |= self._listed ^ self._listing()
            if changed:
                self._settle(changed)
                self._listed = self._listing()
                return sorted(changed)
        return []

    def _settle(self, changed: set[str]) -> None:
        """Wait for files that are empty or gone, as they are for a moment where an editor writes them anew."""
        end = time.monotonic() + _PATIENCE
        pending = [path for path in changed if self._size(self._prints.get(path))]
        while pending and time.monotonic() < end:
            pending = [path for path in pending if not self._size(self._workspace.print_of(path))]
            time.sleep(_PAUSE if pending else 0)

    @staticmethod
    def _size(state: Print) -> int:
        return state[1] if state else 0

    def _listing(self) -> set[str]:
        """The templates and the examples that there are now."""
        templates = self._workspace.templates(self._settings.exclude)
        examples = self._settings.examples
        return {*templates, *(self._workspace.match(examples) if examples else [])}

    def _folders(self) -> set[str]:
        """The folders in which something can happen that matters: those that are there."""
        folders = set(self._workspace.folders(self._settings.exclude))
        for path in self._prints:
            folder = folder_of(path)
            while folder and not self._workspace.is_folder(folder):
                folder = folder_of(folder)
            folders.add(folder)
        return folders

    def _hear(self) -> Iterator[bool]:
        """The system's notices, a few milliseconds of them at a time, and now and then a look without one.

        Each is whether a file may have come or gone.
        """
        while True:
            folders = self._folders()
            came_or_went = True  # before anybody listened
            for changes in self._watchfiles.watch(
                *(os.path.join(self._workspace.root, folder) for folder in sorted(folders)),
                watch_filter=None,
                debounce=_MOST,
                step=_STEP,
                rust_timeout=_LOOK,
                yield_on_timeout=True,
                recursive=False,
                ignore_permission_denied=True,
            ):
                came_or_went = came_or_went or any(change.name != "modified" for change, _ in changes)
                yield came_or_went
                if came_or_went and self._folders() != folders:
                    break
                came_or_went = False


def _watchfiles() -> ModuleType:
    try:
        import watchfiles
    except ImportError:
        message = "watching needs watchfiles: pip install 'literate-readme[watch]'"
        raise LiterateError(message) from None
    return watchfiles
