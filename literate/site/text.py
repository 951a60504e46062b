"""A page's Markdown becomes HTML, read as GitHub reads it.

Python-Markdown has rules of its own for where lists, fences and HTML begin and how far they are indented. So
the page's lines are read by `literate.blocks`, as GitHub does, and written anew as Python-Markdown wants
them: fences, HTML and code are set aside, lists are indented by four, headings carry a mark for their anchor.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from html import escape

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor

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
from literate.headings import Heading, find_headings

_MARKER = re.compile(r">|[-+*](?= |$)|\d+[.)](?= |$)")
_PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ADDRESS = r"(?<![\w/])(https?://[^\s<>]*[^\s<>.,:;!?\"'*_~)\]])"


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


class Marks:
    """Words that stand for what is set aside, and that occur in no page."""

    def __init__(self, page: bytes) -> None:
        self._word = f"x{sha256(page).hexdigest()[:20]}x"
        self._set_aside: list[str] = []

    def add(self, html: str) -> str:
        """A word that stands for `html` in the text until `restore`."""
        self._set_aside.append(html)
        return f"{self._word}{len(self._set_aside) - 1}x"

    def restore(self, html: str) -> str:
        """`html` with everything that was set aside; a paragraph of one word alone is no paragraph."""
        one = rf"{self._word}(\d+)x"
        return re.sub(rf"<p>\s*{one}\s*</p>|{one}", lambda found: self._set_aside[int(found[1] or found[2])], html)

    def restore_headings(self, html: str, make: Callable[[int, str, str], str]) -> str:
        """`html` with each marked heading made by `make` out of its level, what was set aside, its HTML."""
        pattern = rf"<h([1-6])[^>]*>(.*?)\s*{self._word}(\d+)x</h\1>"
        replace: Callable[[re.Match[str]], str] = lambda found: make(  # noqa: E731
            int(found[1]), self._set_aside[int(found[3])], found[2]
        )
        return re.sub(pattern, replace, html, flags=re.DOTALL)


class Text:
    """A page on its way to HTML: its fences, its headings and its own HTML, each behind marks of their own.

    `fenced` makes the HTML of a fence. `contents` are the lines, from 0, that a table of contents begins at and
    the number of its lines.
    """

    def __init__(self, page: bytes, fenced: Callable[[Fence], str], contents: dict[int, int]) -> None:
        self.headings: list[Heading] = find_headings(page)
        self.made = Marks(page)  # of ours, restored when all else is clean
        self.anchors = Marks(page + b"\0anchors")
        self.raw = Marks(page + b"\0raw")  # of the author's, to be cleaned
        self._fenced = fenced
        self._contents = contents
        self._page = page

    def html(self) -> str:
        """The page's HTML with the author's own in it, not cleaned; fences and anchors still set aside."""
        tables = TableExtension(use_align_attribute=True)
        markdown = Markdown(extensions=[tables, SaneListExtension(), _AsOnGitHub(self)])
        markdown.ESCAPED_CHARS = _PUNCTUATION
        return self.raw.restore(markdown.convert(self._page.decode()))

    def lines(self) -> list[str]:
        """The page's lines as Python-Markdown wants them."""
        reader = _Reader(self)
        for number, line in enumerate(self._page.split(b"\n")):
            reader.line(number, line.rstrip(b"\r"))
        reader.end_block()
        reader.end_contents()
        return reader.lines

    def fence(self, fence: Fence) -> str:
        """The mark of `fence`."""
        return self.made.add(self._fenced(fence))

    def contents_end(self, number: int) -> int:
        """The line after the table of contents that begins at the line `number`; 0 where none does."""
        return number + self._contents[number] if number in self._contents else 0


class _AsOnGitHub(Extension):
    """Takes over the reading of lines, and adds what GitHub has inside them."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text = text

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("code")
        md.parser.blockprocessors.deregister("setextheader")
        md.preprocessors.register(_Lines(md, self._text), "as on GitHub", 40)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)(?<=\S)~~", "del"), "del", 65)
        md.inlinePatterns.register(_Address(_ADDRESS, md), "address", 115)


class _Lines(Preprocessor):
    def __init__(self, md: Markdown, text: Text) -> None:
        super().__init__(md)
        self._text = text

    def run(self, lines: list[str]) -> list[str]:
        """Those of the page, whatever was made of them before: white space in code counts."""
        return self._text.lines()


class _Address(InlineProcessor):
    """A bare address in the text is a link."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str):  # type: ignore[no-untyped-def, override]
        from xml.etree.ElementTree import Element

        link = Element("a", href=m[1])
        link.text = self.md.htmlStash.store(escape(m[1]))
        return link, m.start(), m.end()


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


class _Reader:
    """Reads a page's lines and writes them anew."""

    def __init__(self, text: Text) -> None:
        self.lines: list[str] = []
        self._text = text
        self._headings = iter(text.headings)
        self._blocks = _Openings()
        self._kind = BLANK
        self._containers: list[int] = []
        self._prefix = ""  # of the next line of the block that is open
        self._inside = ""  # the same where the line begins no list item
        self._fence: Fence | None = None
        self._html: list[str] = []
        self._paragraph = (0, "")  # where in `lines` the open paragraph begins, and its prefix
        self._contents_end = -1

    def line(self, number: int, line: bytes) -> None:
        """Read one line of the page, without its line end."""
        kind = self._blocks.line(line)
        if not self._goes_on(kind):
            self.end_block()
        if number == self._contents_end:
            self.end_contents()
        self._begin_line(line)
        if end := self._text.contents_end(number):
            self._contents_end = end
            self._write_block(self._text.made.add('<nav class="contents" aria-label="On this page">'))
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

    def end_block(self) -> None:
        """Write the mark of the code or HTML that is open, if any is."""
        fence, html = self._fence, self._html
        self._fence, self._html = None, []
        if fence is not None:
            self._write_block(self._text.fence(fence))
        if html:
            self._write_block(self._text.raw.add("\n".join(html)))

    def end_contents(self) -> None:
        """End the table of contents that is open, if one is."""
        if self._contents_end >= 0:
            self._contents_end = -1
            self._write_block(self._text.made.add("</nav>"))

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
        mark = self._text.anchors.add(heading.anchor)
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
