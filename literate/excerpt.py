"""What is left of a file when a selection is dedented and joined, and where each line of it came from."""

from bisect import bisect_right
from itertools import accumulate

from literate.languages import language_of
from literate.model import COPIED, MADE, Location, Piece
from literate.selection import Selection, margin, without_margin
from literate.source import Source


class Excerpt:
    """A text made of parts of `source`; each part starts at a byte of `text` and at one of the source."""

    __slots__ = ("_lines", "_parts", "_starts", "_white", "source", "text")

    def __init__(self, source: Source, parts: list[tuple[int, bytes, int]], white: bytes = b"") -> None:
        self.source = source
        self.text = parts[0][1] if len(parts) == 1 else b"".join(data for _, data, _ in parts)
        self._parts = parts
        self._white = white
        self._starts: list[int] = []
        self._lines: dict[int, list[int]] = {}  # where the lines of a part start, by its number
        at = 0
        for _, data, _ in parts:
            self._starts.append(at)
            at += len(data)

    @classmethod
    def whole(cls, source: Source) -> "Excerpt":
        """All of `source`."""
        return cls(source, [(0, source.text, COPIED)])

    @classmethod
    def of(cls, selection: Selection, dedent: bool) -> "Excerpt":
        """The lines of `selection`, dedented if asked, with the comment `...` where its parts are joined."""
        source = selection.source
        white = margin(selection.joined()) if dedent else b""
        parts = []
        for number, spans in enumerate(selection.parts):
            if number and spans:
                parts.append((spans[0][0], _ellipsis(source, spans[0][0], white), MADE))
            for start, end in spans:
                parts.append((start, without_margin(source.text[start:end], white), COPIED))
        return cls(source, parts, white)

    def pieces(self, start: int = 0, end: int | None = None) -> list[Piece]:
        """The bytes of the text from `start` to `end`, whole lines, as pieces of their source."""
        end = len(self.text) if end is None else end
        if len(self._parts) == 1 and not self._white and start < end:
            offset, text, kind = self._parts[0]
            part = text if end - start == len(text) else memoryview(text)[start:end]
            return [Piece(part, self.source.path, offset + start, kind)]
        pieces = []
        while start < end:
            number = bisect_right(self._starts, start) - 1
            stop = min(end, self._starts[number + 1] if number + 1 < len(self._starts) else end)
            whole = start == 0 and stop == len(self.text)
            data = self.text if whole else memoryview(self.text)[start:stop]
            kind = self._parts[number][2]
            pieces.append(Piece(data, self.source.path, self.origin(start), kind))
            start = stop
        return pieces

    def origin(self, offset: int) -> int:
        """The byte of the source that the byte at `offset` came from."""
        number = bisect_right(self._starts, offset) - 1
        source_start = self._parts[number][0] if self._parts else 0
        text_start = self._starts[number] if self._parts else 0
        if not self._white:
            return source_start + offset - text_start
        starts = self._line_starts(number)
        line = bisect_right(starts, offset) - 1
        first = self.source.line_of(source_start)
        source_start = self.source.span_of_lines(first + line, first + line)[0] if line else source_start
        return source_start + (len(self._white) + offset - starts[line] if offset > starts[line] else 0)

    def _line_starts(self, number: int) -> list[int]:
        """Where the lines of a part start within the text, the end of the part too."""
        if number not in self._lines:
            lines = self._parts[number][1].split(b"\n")
            begin = self._starts[number]
            self._lines[number] = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=begin))
        return self._lines[number]

    def location(self, offset: int) -> Location:
        """The place in the source of the byte at `offset`."""
        origin = self.origin(offset)
        begins_line = not offset or self.text[offset - 1 : offset] == b"\n"
        if begins_line and self.source.text.startswith(self._white, origin):
            origin += len(self._white)
        return self.source.location(origin)


def _ellipsis(source: Source, start: int, white: bytes) -> bytes:
    """The comment `...` between two parts of a region, indented as the line at `start`."""
    line = source.text[start : source.text.find(b"\n", start)]
    indent = line[: len(line) - len(line.lstrip())].removeprefix(white)
    return indent + language_of(source.path).comment("...").encode() + b"\n"
