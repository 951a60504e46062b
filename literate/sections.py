"""What a woven page is made of for a notebook: the scripts that it shows whole, and the prose between them."""

from bisect import bisect_right
from itertools import accumulate

from literate.blocks import FENCE_CLOSE, FENCE_OPEN, HTML, Blocks
from literate.directives import parse_arguments
from literate.headings import Heading, find_headings
from literate.include import OPTIONS, code_pieces
from literate.languages import is_python
from literate.model import COPIED, Piece
from literate.recording import recording_path
from literate.selection import Target
from literate.sources import Sources

_LEVEL = 2  # of the headings that begin a section; the one above is the page's title


class Part:
    """Lines of a page from byte `start` on: the script at the path `script`, or prose.

    Prose begins at its `heading`, where it has one. `text` has line ends `\\n`.
    """

    __slots__ = ("heading", "script", "start", "text")

    def __init__(self, start: int, text: str, heading: Heading | None = None, script: str = "") -> None:
        self.start = start
        self.text = text
        self.heading = heading
        self.script = script


class Section:
    """A part of a page that begins with a heading of the second level, up to the next one."""

    __slots__ = ("heading", "parts")

    def __init__(self, heading: Heading, parts: list[Part]) -> None:
        self.heading = heading
        self.parts = parts

    @property
    def scripts(self) -> list[str]:
        """The scripts that it shows whole, in order."""
        return [part.script for part in self.parts if part.script]


def find_sections(parts: list[Part]) -> list[Section]:
    """The sections of a page, in order; what stands in front of the first belongs to none."""
    sections: list[Section] = []
    inside = False
    for part in parts:
        if part.heading and part.heading.level <= _LEVEL:
            inside = part.heading.level == _LEVEL
            if inside:
                sections.append(Section(part.heading, []))
        if inside:
            sections[-1].parts.append(part)
    return sections


def find_parts(pieces: list[Piece], sources: Sources) -> list[Part]:
    """The parts of the page that is made of `pieces`; none is empty.

    A script is a part of its own where a fence holds it whole, it has been recorded, and the fence stands in no
    list, quote or `<details>`: a notebook could not take it out of those.
    """
    page = _Page(pieces)
    headings = {heading.line: heading for heading in find_headings(page.text) if not heading.nested}
    parts: list[Part] = []
    blocks = Blocks()
    begin, heading = 0, None
    opened = -1  # the line of the fence that may hold a script
    depth = 0
    for number, line in enumerate(page.lines):
        if number in headings and not depth:
            parts += page.prose(begin, number, heading)
            begin, heading = number, headings[number]
        kind = blocks.line(line.rstrip(b"\r"))
        if kind == FENCE_OPEN:
            opened = -1 if blocks.containers or depth else number
        elif kind == FENCE_CLOSE and opened >= 0:
            script = page.script(opened + 1, number, sources)
            if script:
                parts += [*page.prose(begin, opened, heading), script]
                begin, heading = number + 1, None
        elif kind == HTML:
            depth = max(depth + _opened_details(line), 0)
    return parts + page.prose(begin, len(page.lines), heading)


def _opened_details(line: bytes) -> int:
    small = line.lower()
    return small.count(b"<details") - small.count(b"</details")


class _Page:
    """The bytes of a page, its lines, and the piece that each byte belongs to."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = [piece for piece in pieces if len(piece.data)]
        self.text = b"".join(self.pieces_data())
        self.lines = self.text.split(b"\n")
        self._line_starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self._piece_starts = list(accumulate(map(len, self.pieces_data()), initial=0))

    def pieces_data(self) -> list[bytes]:
        return [bytes(piece.data) for piece in self.pieces]

    def prose(self, first: int, end: int, heading: Heading | None) -> list[Part]:
        """The lines from `first` up to `end`, counted from 0, without empty lines around them."""
        text = self._text(first, end).strip("\n")
        return [Part(self._line_starts[first], text, heading)] if text.strip() else []

    def script(self, first: int, end: int, sources: Sources) -> Part | None:
        """The lines from `first` up to `end`, if they are a script that has been recorded, all of it."""
        start, stop = self._line_starts[first], self._line_starts[end]
        number = bisect_right(self._piece_starts, start) - 1
        last = bisect_right(self._piece_starts, stop - 1)
        pieces = self.pieces[number:last]
        paths = {piece.path for piece in pieces}
        if self._piece_starts[number] != start or self._piece_starts[last] != stop or len(paths) != 1:
            return None
        path = paths.pop()
        if not is_python(path) or not sources.exists(recording_path(path)):
            return None
        copied = b"".join(bytes(piece.data) for piece in pieces if piece.kind == COPIED)
        if copied.replace(b"\r\n", b"\n") not in _whole_texts(path, sources):
            return None
        return Part(start, self._text(first, end).strip("\n"), script=path)

    def _text(self, first: int, end: int) -> str:
        return b"\n".join(self.lines[first:end]).decode().replace("\r\n", "\n").removesuffix("\r")


def _whole_texts(path: str, sources: Sources) -> list[bytes]:
    """What a page shows of the script `path` when it shows all of it: without its docstring, or with it."""
    options = ("header=no", "header=no docstring=keep")
    texts = (
        code_pieces(sources.get(path), Target(path), parse_arguments(one, OPTIONS, 0)) for one in options
    )
    return [b"".join(bytes(piece.data) for piece in pieces) for pieces in texts]
