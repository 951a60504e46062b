"""Glob patterns of the settings: `*`, `?` and `[...]` within a name, `**` for any number of folders.

Not `glob` of the standard library: that follows links and `..`, out of the project or round in circles.
"""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from os import DirEntry

Scan = Callable[[str], list[DirEntry[str]]]  # what a folder holds, by its path from the root


def matches(pattern: str, scan: Scan) -> Iterator[str]:
    """The files that match `pattern`, as paths from the root. Hidden ones match where it names the dot."""
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    pending = [("", 0)]  # folders, and how many parts of the pattern have led there
    seen = set(pending)
    while pending:
        folder, taken = pending.pop()
        for state in _step(folder, parts, taken, scan):
            if isinstance(state, str):
                yield state
            elif state not in seen:
                seen.add(state)
                pending.append(state)


def _step(folder: str, parts: list[str], taken: int, scan: Scan) -> Iterator[str | tuple[str, int]]:
    """The files in `folder` that match the rest of a pattern, and the folders to go on in."""
    if taken == len(parts):
        return
    part = parts[taken]
    if part == "**":
        yield folder, taken + 1
        part = "*"
    else:
        taken += 1
    for entry in _scanned(folder, scan):
        if not fnmatchcase(entry.name, part) or (entry.name.startswith(".") and not part.startswith(".")):
            continue
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield path, taken
        elif taken == len(parts) and entry.is_file():
            yield path


def _scanned(folder: str, scan: Scan) -> list[DirEntry[str]]:
    try:
        return scan(folder)
    except OSError:
        return []
