"""Where a project begins."""

from __future__ import annotations

import os

from literate.errors import UsageError

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def find_root(start: str, has_settings: Callable[[bytes], bool]) -> str:
    """The project's root: the nearest folder from `start` upwards whose pyproject.toml has settings of ours,
    else the nearest with `.git`, else `start` itself. Raises UsageError where `start` is no folder."""
    if not os.path.isdir(start):
        raise UsageError(f"no folder '{start}'")
    folders = list(_upwards(os.path.realpath(start)))
    for folder in folders:
        data = _read_if_there(os.path.join(folder, "pyproject.toml"))
        if b"literate" in data and has_settings(data):
            return folder
    return next((folder for folder in folders if os.path.lexists(os.path.join(folder, ".git"))), folders[0])


def in_repository(root: str) -> bool:
    """Whether `root` is in a git repository."""
    return any(os.path.lexists(os.path.join(folder, ".git")) for folder in _upwards(root))


def path_in_repository(root: str) -> str:
    """The path of `root` from that of the git repository it is in; empty where they are one, or it is in none."""
    for folder in _upwards(root):
        if os.path.lexists(os.path.join(folder, ".git")):
            path = os.path.relpath(root, folder).replace(os.sep, "/")
            return "" if path == "." else path
    return ""


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _read_if_there(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
