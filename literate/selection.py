"""What a fragment selects of a file: lines, a region or a symbol, and whether a pin still holds.

path            the whole file           path#L10-L20   lines
path#name       a region or a symbol     ...@1f2e3d4c5b6a   pinned to the digest of the text
"""

from bisect import bisect_left

from literate.errors import LiterateError, nearest
from literate.languages import is_python, language_of
from literate.regions import Span, find_regions
from literate.source import Source

PIN_LENGTH = 12
_LONGEST_RANGE = 40  # characters of it
_HEX = frozenset("0123456789abcdef")
_SEARCH_LIMIT = 50_000_000  # bytes of a file hashed at most in search of texts that have moved
_SEARCH_STEP = 100  # bytes that could be hashed while a line is looked at


class Target:
    """A directive's target as written: `path#fragment@pin`."""

    __slots__ = ("fragment", "path", "pin")

    def __init__(self, path: str, fragment: str = "", pin: str = "") -> None:
        self.path = path
        self.fragment = fragment
        self.pin = pin

    @classmethod
    def parse(cls, word: str) -> "Target":
        """The target that `word` spells. Raises LiterateError for a pin that is no digest."""
        path, mark, fragment = word.partition("#")
        if not mark:
            return cls(path)
        if not fragment:
            raise LiterateError(f"'{word}' has nothing behind its '#'; leave that away for the whole file")
        name, at, pin = fragment.rpartition("@")
        if not at:
            return cls(path, fragment)
        if len(pin) != PIN_LENGTH or not _HEX.issuperset(pin):
            message = f"'@{pin}' is no pin: a pin is {PIN_LENGTH} of the digits 0-9a-f, as `pin` writes them"
            raise LiterateError(message)
        return cls(path, name, pin)

    def __str__(self) -> str:
        pin = f"@{self.pin}" if self.pin else ""
        return f"{self.path}#{self.fragment}{pin}" if self.fragment or pin else self.path


class Selection:
    """The parts of a source that a fragment selects, each the spans of its lines.

    There is more than one part for a region that opens twice, and more than one span in a part that leaves
    lines out.
    """

    __slots__ = ("parts", "source", "whole")

    def __init__(self, source: Source, parts: list[list[Span]], whole: bool = False) -> None:
        self.source = source
        self.parts = parts
        self.whole = whole

    def without(self, dropped: list[Span]) -> "Selection":
        """The same selection less the `dropped` spans, each of them whole lines, in order."""
        parts = [[left for span in part for left in _subtract(span, dropped)] for part in self.parts]
        return Selection(self.source, parts, self.whole)

    def joined(self) -> bytes:
        """The selected lines, one after the other."""
        return b"".join(self.source.text[start:end] for part in self.parts for start, end in part)

    def digest(self) -> str:
        """The pin of the selected text, dedented."""
        return digest(dedent(self.joined()))


def _subtract(span: Span, dropped: list[Span]) -> list[Span]:
    start, end = span
    parts = []
    for drop_start, drop_end in dropped[max(bisect_left(dropped, (start, start)) - 1, 0) :]:
        if drop_end <= start:
            continue
        if drop_start >= end:
            break
        if start < drop_start:
            parts.append((start, drop_start))
        start = drop_end
    if start < end:
        parts.append((start, end))
    return parts


def digest(text: bytes) -> str:
    """The first digits of the SHA-256 of `text`."""
    from hashlib import sha256  # slow to import, and only pins need it

    return sha256(text).hexdigest()[:PIN_LENGTH]


def margin(text: bytes) -> bytes:
    """The white space that every line of `text` begins with; lines of white space alone do not count."""
    lines = [line for line in text.split(b"\n") if line.strip()]
    if not lines:
        return b""
    low, high = min(lines), max(lines)
    size = 0
    while size < len(low) and low[size] == high[size] and low[size] in b" \t":
        size += 1
    return low[:size]


def dedent(text: bytes) -> bytes:
    """`text` without its margin."""
    return without_margin(text, margin(text))


def without_margin(text: bytes, white: bytes) -> bytes:
    """`text` less `white` at the start of each line; a line of white space alone may have less of it."""
    if not white:
        return text
    lines = (
        line[len(white) :] if line.startswith(white) else line.lstrip(b" \t") for line in text.split(b"\n")
    )
    return b"\n".join(lines)


def select(source: Source, target: Target) -> Selection:
    """What `target` selects of `source`, region comments left out, its pin verified.

    Raises LiterateError where the fragment selects nothing or more than one thing, or where the text no
    longer has the digest of the pin.
    """
    try:
        selection = select_unpinned(source, target)
    except LiterateError:
        if target.pin and find_pinned(source, target):
            raise _moved(source, target) from None
        raise
    if target.pin and selection.digest() != target.pin:
        raise _moved(source, target)
    return selection


def select_unpinned(source: Source, target: Target) -> Selection:
    """What `target` selects of `source`, whatever its pin says. Raises LiterateError as `select` does."""
    markers = find_regions(source, language_of(source.path)).markers
    if not target.fragment:
        selection = Selection(source, [[(0, len(source.text))]], whole=True)
    elif lines := _parse_lines(target.fragment):
        selection = _select_lines(source, *lines)
    else:
        selection = _select_name(source, target.fragment)
    return selection.without(markers) if markers else selection


def _parse_lines(fragment: str) -> tuple[int, int] | None:
    """The lines of `L10` or `L10-L20`; None for a name."""
    first, dash, last = fragment.partition("-")
    if not (first[:1] == "L" and first[1:].isdecimal()):
        return None
    if len(fragment) > _LONGEST_RANGE or (dash and not (last[:1] == "L" and last[1:].isdecimal())):
        raise LiterateError(f"'#{fragment[:99]}' is no range of lines; write it as '#L10-L20'")
    return int(first[1:]), int(last[1:] if dash else first[1:])


def is_lines(fragment: str) -> bool:
    """Whether `fragment` is a range of lines."""
    return _parse_lines(fragment) is not None


def _select_lines(source: Source, first: int, last: int) -> Selection:
    count = source.line_count()
    if not 1 <= first <= last:
        raise LiterateError(f"'#L{first}-L{last}' is no range of lines: it must rise, from 1 on")
    if last > count:
        lines = "1 line" if count == 1 else f"{count} lines"
        raise LiterateError(f"'#L{last}' is out of range: {source.path} has {lines}")
    return Selection(source, [[source.span_of_lines(first, last)]])


def _select_name(source: Source, name: str) -> Selection:
    found = source.once("names", _by_name).get(name, [])
    if len(found) == 1:
        return Selection(source, [[span] for span in found[0][1]])
    if not found:
        known = source.once("known names", lambda source: sorted(source.once("names", _by_name)))
        kinds = "region or symbol" if is_python(source.path) else "region"
        message = f"no {kinds} '{name}' in {source.path}"
        raise LiterateError(message + (nearest(name, known) or _known(known)))
    notes = tuple((source.location(spans[0][0]), f"a {what}") for what, spans in found)
    raise LiterateError(f"'#{name}' fits {len(found)} places in {source.path}; name lines", None, notes)


def _known(names: list[str]) -> str:
    if not names:
        return "; it has none"
    return "; it has " + ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _by_name(source: Source) -> dict[str, list[tuple[str, list[Span]]]]:
    """Everything in `source` that has a name: by that, what it is and its spans."""
    found: dict[str, list[tuple[str, list[Span]]]] = {}
    for what, name, spans in _named(source):
        found.setdefault(name, []).append((what, spans))
    return found


def _named(source: Source) -> list[tuple[str, str, list[Span]]]:
    """What it is, its name and its spans, for everything in `source` that has a name."""
    regions = find_regions(source, language_of(source.path)).spans
    named = [("region", name, spans) for name, spans in regions.items()]
    if is_python(source.path):
        from literate.python_source import find_symbols  # `ast` is slow to import

        for symbol in find_symbols(source):
            span = source.span_of_lines(symbol.first, symbol.last)
            named.append(("symbol", symbol.name, [span]))
    return named


def _moved(source: Source, target: Target) -> LiterateError:
    """The error for a pin that does not hold: where the pinned text stands now, if it does."""
    message = f"the text of '{target}' is no longer the one that was pinned"
    found = find_pinned(source, target)
    if not found:
        return LiterateError(f"{message}; read what changed in it, then `pin --accept` pins it anew")
    places = ", ".join(f"#{lines_fragment(first, last)}" for first, last in found)
    return LiterateError(f"{message}; that stands at {places} now: `pin` moves it there")


def lines_fragment(first: int, last: int) -> str:
    """The fragment of the lines `first` to `last`, as GitHub writes it."""
    return f"L{first}" if first == last else f"L{first}-L{last}"


def find_pinned(source: Source, target: Target) -> list[tuple[int, int]]:
    """The lines of `source`, as many as `target` selects, whose text has the digest of its pin."""
    size = _line_count(source, target)
    return source.once(f"{size} lines {target.pin}", lambda source: _find_pinned(source, size, target.pin))


def _find_pinned(source: Source, size: int, pin: str) -> list[tuple[int, int]]:
    lines = source.text.split(b"\n")[:-1]
    source.searched += size * len(source.text) + _SEARCH_STEP * len(lines)
    if not size or source.searched > _SEARCH_LIMIT:
        return []
    return [
        (first + 1, first + size)
        for first in range(len(lines) - size + 1)
        if digest(dedent(b"\n".join(lines[first : first + size]) + b"\n")) == pin
    ]


def _line_count(source: Source, target: Target) -> int:
    """How many lines `target` selects, whether they exist or not; 0 where it names nothing."""
    if lines := _parse_lines(target.fragment):
        return max(lines[1] - lines[0] + 1, 0)
    try:
        return select_unpinned(source, target).joined().count(b"\n")
    except LiterateError:
        return 0
