"""Edits of files by whole lines: which of them agree, and the file that they make."""

from literate.changes import lines_of
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.model import Location
from literate.source import BOM, Source
from literate.template import parse


class Edit:
    """The lines `first` to `last` of the file `path`, from 1, to be replaced by `lines`, as `places` of pages ask.

    Where `last` is one less than `first`, `lines` come in front of line `first`. `literal` says that they are
    prose as a page has it, so that nothing in them may be taken for a directive.
    """

    __slots__ = ("first", "last", "lines", "literal", "path", "places")

    def __init__(
        self, source: Location, last: int, lines: list[bytes], place: Location, literal: bool
    ) -> None:
        self.path = source.path
        self.first = source.line
        self.last = last
        self.lines = lines
        self.places = [place]
        self.literal = literal

    @property
    def key(self) -> tuple[str, int, int]:
        """What it replaces."""
        return (self.path, self.first, self.last)


class _Line:
    """A line of a file: its text, its line end, and whether it is one of a literal edit."""

    __slots__ = ("end", "literal", "text")

    def __init__(self, text: bytes, end: bytes, literal: bool = False) -> None:
        self.text = text
        self.end = end
        self.literal = literal


def merge(edits: list[Edit]) -> tuple[dict[str, list[Edit]], list[LiterateError]]:
    """`edits` by their files, in order, the same one asked for in several places once; and which contradict."""
    merged: dict[str, list[Edit]] = {}
    errors: list[LiterateError] = []
    for edit in sorted(edits, key=lambda edit: edit.key):
        own = merged.setdefault(edit.path, [])
        last = own[-1] if own else None
        if last and last.key == edit.key and last.lines == edit.lines:
            last.places += edit.places
        elif last and (last.key == edit.key or last.last >= max(edit.first, last.first)):
            message = f"{edit.path}:{edit.first} is edited in another way at {last.places[0]}"
            errors.append(LiterateError(message, edit.places[0]))
        else:
            own.append(edit)
    return merged, errors


def apply(path: str, data: bytes, edits: list[Edit], is_template: bool, values: bool) -> bytes:
    """The bytes `data` of the file `path` with `edits`, in order; all else stays, the line ends included.

    In a template only a line feed ends a line; in what it includes a lone carriage return does as well. What
    would be a directive in a literal edit, or a value where `values` are on, gets a backslash.
    """
    bom = BOM if data.startswith(BOM) else b""
    text = data[len(bom) :]
    lines = [_line(line) for line in (lines_of(text) if is_template else text.splitlines(keepends=True))]
    usual = lines[0].end if lines and lines[0].end else b"\n"
    ends = not lines or bool(lines[-1].end)
    for edit in reversed(edits):
        old = lines[edit.first - 1 : edit.last]
        kept = [line.end for line in old] + [usual] * len(edit.lines)
        new = [_Line(*pair, edit.literal) for pair in zip(edit.lines, kept, strict=False)]
        lines[edit.first - 1 : edit.last] = new
    for line in lines[:-1]:
        line.end = line.end or usual
    if lines:
        lines[-1].end = (lines[-1].end or usual) if ends else b""
    literal = {number for number, line in enumerate(lines, 1) if line.literal}
    made = bom + b"".join(line.text + line.end for line in lines)
    return _protected(path, made, literal, values) if literal else made


def _line(line: bytes) -> _Line:
    text = line.removesuffix(b"\n").removesuffix(b"\r")
    return _Line(text, line[len(text) :])


def _protected(path: str, data: bytes, literal: set[int], values: bool) -> bytes:
    """`data` with a backslash in front of what is a directive, or a value, in one of the lines `literal`."""
    template = parse(Excerpt.whole(Source(path, data)))
    found = [directive.colon for directive in template.directives]
    found += [backslash for _, backslash, _ in template.backslashes]
    if values:
        from literate.values import find_values  # imports what expressions need

        found += [value.start for _, _, line in find_values(template) for value in line]
    found += [_offset(data, error.location) for error in template.errors if error.location]
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    wanted = [(starts[number - 1], starts[number]) for number in sorted(literal)]
    inside = {at for at in found if any(start <= at < end for start, end in wanted)}
    for at in sorted(inside, reverse=True):
        data = data[:at] + b"\\" + data[at:]
    return data


def _offset(data: bytes, place: Location) -> int:
    """The byte at `place` of `data`."""
    start = 0
    for _ in range(place.line - 1):
        start = data.find(b"\n", start) + 1
    return start + len(data[start:].decode("utf-8", "replace")[: place.column - 1].encode())
