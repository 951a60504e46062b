"""Regions: spans of lines that comments name.

    # region training loop
    ...
    # endregion

The comments are those of the file's language (`languages.py`); Markdown's and HTML's are `<!-- region x -->`.
"""

from literate.errors import LiterateError
from literate.languages import Language
from literate.source import Source

Span = tuple[int, int]


class Regions:
    """The regions of a file: the spans of each name in order, and the lines that hold the comments."""

    __slots__ = ("markers", "spans")

    def __init__(self) -> None:
        self.spans: dict[str, list[Span]] = {}
        self.markers: list[Span] = []


def find_regions(source: Source, language: Language) -> Regions:
    """The regions of `source`.

    Raises LiterateError where one is never closed, closes what is not open, or opens inside itself.
    """
    return source.once("regions", lambda source: _find_regions(source, language))


def _find_regions(source: Source, language: Language) -> Regions:
    regions = Regions()
    if not language.open or b"region" not in source.text:
        return regions
    open_: list[tuple[str, int, int]] = []  # name, start of its marker, start of its text
    names: set[str] = set()  # of those
    for start, end, keyword, name in _markers(source.text, language):
        regions.markers.append((start, end))
        if keyword == "region":
            if name and name in names:
                raise LiterateError(f"region '{name}' opens inside itself", source.location(start))
            open_.append((name, start, end))
            names.add(name)
        else:
            opened, text_start = _close(source, open_, name, start)
            names.discard(opened)
            regions.spans.setdefault(opened, []).append((text_start, start))
    if open_:
        name, start, _ = open_[-1]
        message = f"region '{name}' is never closed; add `{language.comment('endregion')}`"
        raise LiterateError(message, source.location(start))
    regions.spans.pop("", None)
    for spans in regions.spans.values():
        spans.sort()
    return regions


def _close(source: Source, open_: list[tuple[str, int, int]], name: str, start: int) -> tuple[str, int]:
    if not open_:
        raise LiterateError("`endregion` without a region that is open", source.location(start))
    opened, marker, text_start = open_.pop()
    if name and name != opened:
        message = f"`endregion {name}` closes the region '{opened}'"
        note = (source.location(marker), f"'{opened}' opens here")
        raise LiterateError(message, source.location(start), (note,))
    return opened, text_start


def _markers(text: bytes, language: Language) -> list[tuple[int, int, str, str]]:
    """Start, end, keyword and name of each line that is a region comment and nothing else."""
    found = []
    at = text.find(b"region")
    while at >= 0:
        start = text.rfind(b"\n", 0, at) + 1
        end = text.find(b"\n", at) + 1 or len(text)
        marker = _parse_marker(text[start:end].strip(), language)
        if marker:
            found.append((start, end, *marker))
        at = text.find(b"region", end)
    return found


def _parse_marker(line: bytes, language: Language) -> tuple[str, str] | None:
    open_, close = language.open.encode(), language.close.encode()
    if not line.startswith(open_) or not line.endswith(close):
        return None
    body = line[len(open_) : len(line) - len(close)].strip()
    keyword, _, name = body.partition(b" ")
    if keyword not in (b"region", b"endregion"):
        return None
    return keyword.decode(), name.strip().decode()
