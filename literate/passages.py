"""The paragraphs, headings and HTML of a Markdown text that hold what is looked for.

Following every line of a long page takes seconds. Only the lines around the `marks`, where what is looked for
may stand, are followed, from the nearest line above that begins anew: one at the left margin behind an
empty line closes all that was open but a fence or a comment, and the lines where those can begin or end are
followed too. That this finds what following every line finds is a property test.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from literate.blocks import HEADING, HTML, TEXT, UNDERLINE, Blocks
from literate.template import MARKERS, line_starts

_MARGIN = b" \t>"


class Passage:
    """A paragraph (TEXT), a heading of one line (HEADING) or of several, underlined (UNDERLINE), or HTML.

    `text` is its lines without what stands in front of them; `underline` the line below it.
    """

    __slots__ = ("_places", "_starts", "kind", "nested", "text", "underline")

    def __init__(
        self, kind: int, lines: list[tuple[int, bytes]], nested: bool, underline: bytes = b""
    ) -> None:
        self.kind = kind
        self.text = b"\n".join(body for _, body in lines)
        self.nested = nested
        self.underline = underline
        self._places = lines
        self._starts: list[int] = []  # of each line within `text`

    def offset(self, at: int) -> int:
        """Where on the page the byte at `at` of `text` stands."""
        if not self._starts:
            self._starts = list(accumulate((len(body) + 1 for _, body in self._places[:-1]), initial=0))
        number = bisect_right(self._starts, at) - 1
        return self._places[number][0] + at - self._starts[number]


def passages(text: bytes, marks: Iterable[int]) -> Iterator[Passage]:
    """The passages of `text` that hold one of the offsets `marks`, and some around them, in order."""
    lasting = (line_starts(text, 0, mark, MARKERS) for mark in (b"```", b"~~~", b"<"))
    starts = {text.rfind(b"\n", 0, mark) + 1 for mark in marks}
    return _Walk(text).passages(sorted(starts.union(*lasting)))


class _Walk:
    """The lines of a text that are followed; `at` is the end of the last of them."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.blocks = Blocks()
        self.at = 0
        self.kind = TEXT  # of the open passage
        self.containers: list[int] = []  # of the open passage
        self.lines: list[tuple[int, bytes]] = []  # of the open passage

    def passages(self, starts: list[int]) -> Iterator[Passage]:
        number = 0
        while number < len(starts):
            self._skip_to(starts[number])
            while self.at < len(self.text):
                start = self.at
                yield from self._line()
                if start >= starts[number] and not self.lines:
                    break
            number = bisect_left(starts, self.at, number + 1)
        yield from self._end()

    def _skip_to(self, start: int) -> None:
        """Leave out the lines in front of `start` that nothing depends on."""
        if self.blocks.fence is not None and not self.blocks.containers:
            self.at = start  # what is in a fence changes nothing
            return
        anew = self._anew(start)
        if anew > self.at or (anew == self.at and not self.blocks.html):
            self.blocks.reset()
            self.at = anew

    def _anew(self, start: int) -> int:
        """The last line up to `start` that begins anew; -1 where there is none."""
        end = start
        while end >= self.at:
            at = self.text.rfind(b"\n\n", max(self.at - 2, 0), end)
            if at < 0:
                return 0 if self.at == 0 else -1
            if at + 2 < len(self.text) and self.text[at + 2] not in b" \t\r\n":
                return at + 2
            end = at + 1
        return -1

    def _line(self) -> Iterator[Passage]:
        """Follow the next line; the passages that it ends."""
        start = self.at
        stop = self.text.find(b"\n", start)
        stop = len(self.text) if stop < 0 else stop
        self.at = min(stop + 1, len(self.text))
        line = self.text[start:stop].rstrip(b"\r")
        kind = self.blocks.line(line)
        body = self._body(line)
        if kind == UNDERLINE and self.lines and self.kind == TEXT:
            yield Passage(UNDERLINE, self.lines, bool(self.containers), self.blocks.body)
            self.lines = []
        elif kind == HEADING:
            yield from self._end()
            yield Passage(HEADING, [(start + len(line) - len(body), body)], bool(self.blocks.containers))
        elif kind in (TEXT, HTML):
            inside = self.blocks.containers
            if (
                kind != self.kind
                or inside != self.containers
                or (kind == TEXT and body.lstrip(_MARGIN) != line.lstrip(_MARGIN))
            ):
                yield from self._end()  # another block, or a list item of its own
            self.kind = kind
            self.containers = inside.copy()
            self.lines.append((start + len(line) - len(body), body))
            if kind == HTML and not self.blocks.html:
                yield from self._end()
        else:
            yield from self._end()

    def _body(self, line: bytes) -> bytes:
        """What stands on `line` behind its prefix, its tabs as they are."""
        body = self.blocks.body
        if line.endswith(body):
            return body
        columns = len(line.expandtabs(4)) - len(body)
        prefixes = (at for at in range(len(line)) if len(line[:at].expandtabs(4)) >= columns)
        return line[next(prefixes, len(line)) :]

    def _end(self) -> Iterator[Passage]:
        if self.lines:
            yield Passage(self.kind, self.lines, bool(self.containers))
            self.lines = []
