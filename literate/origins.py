"""Where each line of a page comes from, and where on a page the lines of a file stand."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from literate.model import MADE, Location, Piece

_MARGIN = b" \t>"


class Origins:
    """The map between the lines of a page made of `pieces` and those of its sources.

    `text_of` gives the text of a source as it was woven. Lines count from 1, offsets from 0. Each text is
    split into lines once, so that asking for every line of a long page stays cheap.
    """

    def __init__(self, pieces: Sequence[Piece], text_of: Callable[[str], bytes]) -> None:
        self._pieces = [piece for piece in pieces if piece.data]
        self._text_of = text_of
        self._starts = list(accumulate((len(piece.data) for piece in self._pieces), initial=0))
        self._first_lines: list[int] = []
        self._texts: dict[str, tuple[bytes, list[int]]] = {}
        self._inside: dict[int, tuple[bytes, list[int]]] = {}

    def location_of(self, offset: int) -> Location | None:
        """The place that the page's byte at `offset` comes from; None for a page of nothing.

        What was made for a directive has the directive's place. A byte that only the page has, such as the
        prefix of a line in a list, has the place of what follows it.
        """
        if not self._pieces:
            return None
        number = self.piece_at(offset)
        data, starts = self._lines_of_piece(number)
        inside = min(max(offset - self._starts[number], 0), len(data) - 1)
        line = bisect_right(starts, inside) - 1
        return self._place(self._pieces[number], data, starts, line, inside - starts[line])

    def location_of_line(self, line: int) -> Location | None:
        """The file and line that the page's line `line` comes from, without a column; None where there is none."""
        if not 1 <= line <= self.line_count():
            return None
        number = bisect_right(self._lines_before(), line - 1) - 1
        piece = self._pieces[number]
        lines_in = line - 1 - self._lines_before()[number] if piece.kind != MADE else 0
        _, starts = self._lines_of_text(piece.path)
        return Location(piece.path, bisect_right(starts, piece.offset) + lines_in)

    def source_line(self, line: int) -> bytes:
        """The source's line that the page's line `line`, which must exist, comes from; without its line end."""
        place = self.location_of_line(line)
        return _line(*self._lines_of_text(place.path), place.line - 1) if place else b""

    def piece_of_line(self, line: int) -> Piece:
        """The piece that holds the page's line `line`, which must exist."""
        return self._pieces[bisect_right(self._lines_before(), line - 1) - 1]

    def piece_at(self, offset: int) -> int:
        """The number of the piece that holds the page's byte at `offset`, among those that are not empty."""
        return min(bisect_right(self._starts, offset), len(self._pieces)) - 1

    def offset_of_line(self, line: int) -> int:
        """Where the page's line `line`, which must exist, begins."""
        number = bisect_right(self._lines_before(), line - 1) - 1
        _, starts = self._lines_of_piece(number)
        return self._starts[number] + starts[line - 1 - self._lines_before()[number]]

    def line_at(self, offset: int) -> int:
        """The page's line that holds the byte at `offset`."""
        number = self.piece_at(offset)
        _, starts = self._lines_of_piece(number)
        return self._lines_before()[number] + bisect_right(starts, offset - self._starts[number])

    def line_count(self) -> int:
        """How many lines the page has."""
        return self._lines_before()[-1]

    def paths(self) -> set[str]:
        """The files that the page's lines come from."""
        return {piece.path for piece in self._pieces}

    def lines_from(self, path: str, line: int = 0) -> list[range]:
        """The page's lines that come from the file `path`, or from its line `line`, as runs without a gap."""
        found: list[range] = []
        for number, piece in enumerate(self._pieces):
            if piece.path == path:
                lines = self._lines_from(number, piece, line)
                if lines and found and found[-1].stop == lines.start:
                    found[-1] = range(found[-1].start, lines.stop)
                elif lines:
                    found.append(lines)
        return found

    def _lines_from(self, number: int, piece: Piece, line: int) -> range:
        """The page's lines of a piece that come from its file's `line`; from any where that is 0."""
        before = self._lines_before()
        whole = range(before[number] + 1, before[number + 1] + 1)
        if not line:
            return whole
        _, starts = self._lines_of_text(piece.path)
        ahead = line - bisect_right(starts, piece.offset)
        if piece.kind == MADE:
            return whole if ahead == 0 else range(0)
        return range(whole.start + ahead, whole.start + ahead + 1) if 0 <= ahead < len(whole) else range(0)

    def _place(self, piece: Piece, data: bytes, starts: list[int], line: int, column: int) -> Location:
        """The place of the byte at `column` of line `line` of a piece with `data`; both count from 0 here."""
        text, text_starts = self._lines_of_text(piece.path)
        first = bisect_right(text_starts, piece.offset)
        at = first - 1 + (line if piece.kind != MADE else 0)
        theirs = _line(text, text_starts, at)
        ours = _line(data, starts, line)
        byte = _aligned(ours, theirs, column)
        if byte is None:
            byte = len(theirs) - len(theirs.lstrip(_MARGIN))
        return Location(piece.path, at + 1, len(theirs[:byte].decode("utf-8", "replace")) + 1)

    def _lines_before(self) -> list[int]:
        """How many lines stand in front of each piece, and on the whole page."""
        if not self._first_lines:
            counts = (bytes(piece.data).count(b"\n") for piece in self._pieces)
            self._first_lines = list(accumulate(counts, initial=0))
            if self._pieces and bytes(self._pieces[-1].data[-1:]) != b"\n":
                self._first_lines[-1] += 1
        return self._first_lines

    def _lines_of_piece(self, number: int) -> tuple[bytes, list[int]]:
        if number not in self._inside:
            data = bytes(self._pieces[number].data)
            self._inside[number] = data, _line_starts(data)
        return self._inside[number]

    def _lines_of_text(self, path: str) -> tuple[bytes, list[int]]:
        if path not in self._texts:
            text = self._text_of(path)
            self._texts[path] = text, _line_starts(text)
        return self._texts[path]


def _line_starts(text: bytes) -> list[int]:
    """Where each line of `text` begins; at least one, and none behind the last line end."""
    lines = text.split(b"\n")
    starts = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
    return starts[:-1] if len(starts) > 1 and not lines[-1] else starts


def _line(text: bytes, starts: list[int], number: int) -> bytes:
    """The line `number`, from 0, of `text`, without its line end; empty behind the last one."""
    if number >= len(starts):
        return b""
    end = starts[number + 1] if number + 1 < len(starts) else len(text)
    return text[starts[number] : end].rstrip(b"\r\n")


def _aligned(ours: bytes, theirs: bytes, column: int) -> int | None:
    """The byte of the source's line that the byte at `column` of the page's line is; None if they are not akin.

    The page's line is the source's with another margin, in other quotes, or with a part of it changed.
    """
    body = ours.lstrip(_MARGIN)
    margin = len(ours) - len(body)
    at = theirs.find(body) if body else len(theirs)
    if at >= 0:
        return min(at + max(column - margin, 0), len(theirs))
    ahead = _common(ours, theirs)
    behind = min(_common(ours[::-1], theirs[::-1]), len(ours) - ahead, len(theirs) - ahead)
    if 2 * (ahead + behind) < len(ours):
        return None
    if column < ahead:
        return column
    return max(len(theirs) - (len(ours) - column), ahead) if len(ours) - column <= behind else ahead


def _common(one: bytes, other: bytes) -> int:
    """How many bytes `one` and `other` begin with alike."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
