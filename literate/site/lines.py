"""A page's lines, read as GitHub reads them and written anew as Python-Markdown wants them.

Python-Markdown has rules of its own for where lists, fences and HTML begin and how far they are indented. So
fences, HTML and code are set aside here, lists are indented by four, and headings carry a mark for their anchor.
"""

import re
from collections.abc import Callable

from literate.blocks import (
    BLANK,
    BREAK,
    CODE,
    FENCE,
    FENCE_OPEN,
    HEADING,
    HTML,
    QUOTE,
    TEXT,
    UNDERLINE,
    Blocks,
)
from literate.headings import Heading
from literate.site.marks import SetAside

_MARKER = re.compile(r">|[-+*](?= |$)|\d+[.)](?= |$)")


class Fence:
    """Code of a page: what its info string says, its text, and the page's lines, from 0, that its text is."""

    __slots__ = ("first", "indented", "info", "lines")

    def __init__(self, info: str, first: int, indented: bool = False) -> None:
        self.info = info
        self.first = first
        self.indented = indented
        self.lines: list[str] = []

    @property
    def text(self) -> str:
        """The text, its last line ended; empty lines after indented code are not part of it."""
        text = "".join(line + "\n" for line in self.lines)
        return text.rstrip() + "\n" if self.indented else text


class _Openings(Blocks):
    """Blocks that note which containers the last line opened."""

    __slots__ = ("opened",)

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[int] = []

    def line(self, line: bytes, directive: bool = False) -> int:
        """Follow one line, without its line end, and say what it is."""
        self.opened = []
        return super().line(line, directive)

    def _leaf(self, kind: int, matched: int, opened: list[int], paragraph: bool = False) -> int:
        self.opened = opened
        return super()._leaf(kind, matched, opened, paragraph)


class Reader:
    """Reads a page's lines and writes them anew as `lines`.

    `fenced` makes the HTML of a fence; `contents` says at which lines, from 0, a table of contents begins and
    how many lines it has; what is no Markdown any more goes to `aside`.
    """

    def __init__(
        self,
        headings: list[Heading],
        fenced: Callable[[Fence], str],
        contents: dict[int, int],
        aside: SetAside,
    ) -> None:
        self.lines: list[str] = []
        self._headings = iter(headings)
        self._fenced = fenced
        self._contents = contents
        self._aside = aside
        self._blocks = _Openings()
        self._kind = BLANK
        self._containers: list[int] = []
        self._prefix = ""  # of the next line of the block that is open
        self._inside = ""  # the same where the line begins no list item
        self._fence: Fence | None = None
        self._html: list[str] = []
        self._paragraph = (0, "")  # where in `lines` the open paragraph begins, and its prefix
        self._contents_end = -1

    def read(self, page: bytes) -> None:
        """Read all lines of `page`."""
        for number, line in enumerate(page.split(b"\n")):
            self._line(number, line.rstrip(b"\r"))
        self._end_block()
        self._end_contents()

    def _line(self, number: int, line: bytes) -> None:
        """Read one line of the page, without its line end."""
        kind = self._blocks.line(line)
        if not self._goes_on(kind):
            self._end_block()
        if number == self._contents_end:
            self._end_contents()
        if number in self._contents:
            self._begin_contents(number + self._contents[number])
        self._begin_line(line)
        self._follow(kind, number, line.decode())
        self._kind = kind
        self._containers = list(self._blocks.containers)

    def _goes_on(self, kind: int) -> bool:
        """Whether a line of `kind` goes on the code or HTML that is open."""
        if self._blocks.opened or (kind != BLANK and self._blocks.containers != self._containers):
            return False
        if self._html:
            return kind == HTML
        if self._fence is not None and self._fence.indented:
            return kind in (CODE, BLANK)
        return kind == FENCE

    def _end_block(self) -> None:
        """Write the mark of the code or HTML that is open, if any is."""
        fence, html = self._fence, self._html
        self._fence, self._html = None, []
        if fence is not None:
            self._write_block(self._aside.made.add(self._fenced(fence)))
        if html:
            self._write_block(self._aside.raw.add("\n".join(html)))

    def _begin_contents(self, end: int) -> None:
        opened = len(self._blocks.opened)
        self._inside = self._prefix = _indentation(
            self._blocks.containers[: len(self._blocks.containers) - opened]
        )
        self._contents_end = end
        self._write_block(self._aside.made.add('<nav class="contents" aria-label="On this page">'))

    def _end_contents(self) -> None:
        """End the table of contents that is open, if one is."""
        if self._contents_end >= 0:
            self._contents_end = -1
            self._write_block(self._aside.made.add("</nav>"))

    def _begin_line(self, line: bytes) -> None:
        """Find what stands in front of `line` on the new page."""
        blocks = self._blocks
        if self._fence is not None or self._html:
            return  # it goes on behind the mark
        kept = blocks.containers[: len(blocks.containers) - len(blocks.opened)]
        self._inside = _indentation(blocks.containers)
        self._prefix = _indentation(kept) + _markers(line, blocks)
        if self._needs_space(kept):
            self.lines.append(_indentation(kept).rstrip())

    def _needs_space(self, kept: list[int]) -> bool:
        """Whether an empty line has to say that the last block has ended, of which only `kept` goes on."""
        if self._kind != TEXT:
            return len(kept) < len(self._containers)
        if not self._blocks.opened:
            return False
        before = self._containers
        items = QUOTE not in (before[len(kept)] if len(before) > len(kept) else QUOTE, self._blocks.opened[0])
        first_in_item = self._paragraph[1] != _indentation(before)
        nested = bool(kept) and kept[-1] != QUOTE and first_in_item
        return not nested and not (items and first_in_item)

    def _follow(self, kind: int, number: int, line: str) -> None:
        if kind in (HEADING, UNDERLINE):
            self._heading(kind)
        elif kind == BREAK:
            self._write_block("* * *")
        elif kind == FENCE_OPEN:
            body = self._blocks.body.decode()
            self._fence = Fence(body.lstrip(body[0]).strip(), number + 1)
        elif kind in (FENCE, CODE) or (kind == BLANK and self._fence is not None):
            self._code(number, line)
        elif kind == HTML:
            self._html.append(" " * self._blocks.indent + self._blocks.body.decode())
        elif kind == TEXT:
            if self._kind != TEXT or self._blocks.opened:
                self._paragraph = (len(self.lines), self._prefix)
            self.lines.append(self._prefix + self._blocks.body.decode())
        elif kind == BLANK:
            self.lines.append(self._prefix if self._blocks.opened else self._prefix.rstrip())

    def _heading(self, kind: int) -> None:
        heading = next(self._headings)
        if kind == UNDERLINE:
            start, self._prefix = self._paragraph
            del self.lines[start:]
        mark = self._aside.anchors.add(heading.anchor)
        self._write_block(f"{'#' * heading.level} {heading.markdown} {mark}")

    def _code(self, number: int, line: str) -> None:
        blocks = self._blocks
        if self._fence is None:
            self._fence = Fence("", number, indented=True)
        indent = blocks.fence.indent if blocks.fence else 4
        if blocks.containers or indent:
            line = " " * max(blocks.indent - indent, 0) + blocks.body.decode()
        self._fence.lines.append(line)

    def _write_block(self, text: str) -> None:
        """Write `text` as a block of its own."""
        if self._prefix == self._inside:
            self.lines.append(self._inside.rstrip())
        self.lines += [self._prefix + text, self._inside.rstrip()]
        self._prefix = self._inside


def _indentation(containers: list[int]) -> str:
    """What stands in front of a line that goes on `containers`, as Python-Markdown wants it."""
    return "".join("> " if width == QUOTE else "    " for width in containers)


def _markers(line: bytes, blocks: _Openings) -> str:
    """The markers of the containers that `line` opens, each with its content four columns further in."""
    if not blocks.opened:
        return ""
    text, body = line.expandtabs(4).decode(), blocks.body.decode()
    found = _MARKER.findall(text[: len(text) - len(body)])[-len(blocks.opened) :]
    return "".join("> " if mark == ">" else mark.replace(")", ".").ljust(3) + " " for mark in found)
