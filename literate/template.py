"""A template's directives, and the fences around them.

Only lines that might matter are looked at: those that begin, behind indentation, `>` and list markers, with
a fence, a `<`, or a colon. `Blocks` follows the lines in between only where they can have opened something that
lasts: a page of prose costs a search for four strings. That this finds what following every line
finds is a property test.
"""

from literate.blocks import BLANK, FENCE, FENCE_CLOSE, FENCE_OPEN, HTML, Blocks, Fence, fence_opened_by
from literate.directives import NAMES, directive_name, misspelt
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.model import Location
from literate.paths import folder_of
from literate.source import BOM

_NEWLINE, _COLON = b"\n:"
_FENCE_MARKS = b"`~"
_PLAIN = b"```"
_CLOSING = b"```\n"
_INDENT = b" \t>"
MARKERS = b" \t>-+*.)0123456789"
_COMMENT = b"<!--"


class AuthorFence:
    """A fence that the author wrote around directives: the lines of its marks, `close` none if it is left open."""

    __slots__ = ("close", "fence", "open")

    def __init__(self, fence: Fence, open_: tuple[int, int]) -> None:
        self.fence = fence
        self.open = open_
        self.close: tuple[int, int] | None = None


class Directive:
    """A directive's line: its bytes from `start` to `end`, and the block that it stands in.

    `kind` is FENCE, CODE (indented), HTML or another one for running text; `indent` the columns between the
    containers' prefix and the colon.
    """

    __slots__ = ("arguments", "colon", "end", "fence", "indent", "kind", "name", "prefix", "start")

    def __init__(self, text: bytes, start: int, end: int, name: str, colon: int) -> None:
        self.start = start
        self.end = end
        self.colon = colon
        self.name = name
        self.prefix = text[start:colon]
        self.arguments = text[colon + 1 + len(name) : end].decode().rstrip()
        self.kind = BLANK
        self.indent = 0
        self.fence: AuthorFence | None = None


class Template:
    """A text with its directives in order, the backslashes that only protect one, and its faults."""

    __slots__ = ("backslashes", "directives", "errors", "excerpt", "folder", "path", "text", "unclosed")

    def __init__(self, excerpt: Excerpt) -> None:
        self.excerpt = excerpt
        self.path = excerpt.source.path
        self.folder = folder_of(self.path)
        self.text = excerpt.text
        self.directives: list[Directive] = []
        self.backslashes: list[tuple[int, int, int]] = []  # start of the line, the backslash, end of the line
        self.errors: list[LiterateError] = []
        self.unclosed: int | None = None  # where a fence begins that is open at the end

    def location(self, offset: int) -> Location:
        """The place of the byte at `offset`."""
        return self.excerpt.location(offset)

    def line_end(self) -> bytes:
        """The line end that the template uses, by its first one."""
        first = self.text.find(b"\n")
        return b"\r\n" if first > 0 and self.text[first - 1] == 13 else b"\n"


def parse(excerpt: Excerpt) -> Template:
    """The template that `excerpt` holds. Faults go to its `errors`."""
    template = Template(excerpt)
    if b"\r:" in template.text:
        _refuse_lone_returns(template)
    _Parser(template).run()
    return template


def _refuse_lone_returns(template: Template) -> None:
    """A directive behind a carriage return alone, which Markdown takes for a line end, would be left as prose."""
    at = template.text.find(b"\r:")
    while at >= 0:
        if directive_name(template.text, at + 1) in NAMES:
            message = "the line in front ends in a carriage return alone; save the file with other line ends"
            template.errors.append(LiterateError(message, template.location(at + 1)))
            return
        at = template.text.find(b"\r:", at + 1)


class _Parser:
    """Walks the lines that might matter; `at` is the end of what `blocks` has followed or may skip."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.text = template.text
        self.blocks = Blocks()
        self.at = len(BOM) if self.text.startswith(BOM) else 0
        self.fence: AuthorFence | None = None

    def run(self) -> None:
        text = self.text
        looked_at = self.at
        colons = line_starts(text, self.at, b":", _INDENT + b"\\")
        for colon in [*colons, len(text)]:
            if not self._from_fence_to_fence(looked_at, colon):
                for start in _candidates(text, looked_at, colon):
                    self._line(start)
            looked_at = text.find(b"\n", colon) + 1 or len(text)
            if colon < looked_at:
                self._line(colon)
        if self.blocks.fence is not None and self.fence is not None:
            self._skip_to(len(text), False)
            if self.blocks.fence is not None:
                self.template.unclosed = self.fence.open[0]

    def _line(self, start: int) -> None:
        """Follow the line at `start`, which may matter."""
        end = self.text.find(b"\n", start) + 1 or len(self.text)
        first = self.text[start]
        if first == _COLON:
            self._colon(start, start, end)
        elif first in _FENCE_MARKS:
            self._margin_fence(start, end)
        else:
            self._indented(start, end)

    def _from_fence_to_fence(self, start: int, end: int) -> bool:
        """Follow the lines from `start` to `end` if there is nothing to them but this, where True is the answer:

        the end of a plain fence, prose without a `<`, and the beginning of another. On most pages it is so
        between any two includes, and it takes five searches to see.
        """
        text, fence, blocks = self.text, self.fence, self.blocks
        if fence is None or blocks.fence is None or blocks.containers or fence.fence.mark != _PLAIN:
            return False
        opening = text.rfind(b"\n", start, end - 1) + 1
        if (
            not (text.startswith(_CLOSING, start) and text.startswith(_PLAIN, opening))
            or text.count(_PLAIN, start, end) != 2
            or text.find(b"`", opening + len(_PLAIN), end) >= 0
            or text.find(b"<", start, end) >= 0
            or text.find(b"~~~", start, end) >= 0
        ):
            return False
        fence.close = (start, start + len(_CLOSING))
        blocks.fence = Fence(b"`", len(_PLAIN), 0)
        self.fence = AuthorFence(blocks.fence, (opening, end))
        self.at = end
        return True

    def _skip_to(self, start: int, at_margin: bool) -> None:
        """Bring `blocks` to the line at `start`; `at_margin`: it is a block that closes all containers."""
        blocks = self.blocks
        if blocks.fence is not None and not blocks.containers:
            return  # what is in a fence changes nothing
        if at_margin and not blocks.html:
            blocks.reset()
        else:
            blocks.lines(self.text, self.at, start)

    def _margin_fence(self, start: int, end: int) -> None:
        """Follow a line that begins with a fence's character at the left margin: a shortcut for `_follow`."""
        blocks = self.blocks
        line = self.text[start:end].rstrip(b"\r\n")
        if blocks.fence is not None and not blocks.containers:
            if blocks.fence.closed_by(line):
                blocks.fence = None
                self._note(FENCE_CLOSE, start, end)
            return
        fence = fence_opened_by(line)
        if fence is None:
            return  # no fence but prose, which is followed when it has to be
        if blocks.html:
            self._follow(start, end)
        else:
            blocks.open_at_margin(fence)
            self._note(FENCE_OPEN, start, end)

    def _indented(self, start: int, end: int) -> None:
        """Follow a line with something in front of what makes it matter, or one that may open HTML."""
        body = start
        while body < end and self.text[body] in _INDENT:
            body += 1
        if self.text[body] in b":\\":
            self._colon(start, body, end)
        else:
            self._follow(start, end)

    def _follow(self, start: int, end: int) -> None:
        self._skip_to(start, False)
        self._note(self.blocks.line(self.text[start:end].rstrip(b"\r\n")), start, end)

    def _note(self, kind: int, start: int, end: int) -> None:
        """Note what the line that ends at `end` was."""
        self.at = end
        if kind == FENCE_OPEN and self.blocks.fence is not None:
            self.fence = AuthorFence(self.blocks.fence, (start, end))
        elif kind == FENCE_CLOSE and self.fence is not None:
            self.fence.close = (start, end)

    def _colon(self, start: int, body: int, end: int) -> None:
        """Follow a line that may be a directive or show one behind a backslash."""
        colon = body
        while self.text[colon : colon + 1] == b"\\":
            colon += 1
        if self.text[colon : colon + 1] != b":":
            return
        name = directive_name(self.text, colon)
        if not name:
            return
        in_fence = self.blocks.fence is not None
        if name not in NAMES and not misspelt(name, in_fence):
            return
        if colon > body:
            self._skip_to(start, False)
            commented = self.blocks.html == _COMMENT
            kind = self.blocks.line(self.text[start:end].rstrip(b"\r\n"))
            if not (commented and kind == HTML):
                self.template.backslashes.append((start, body, end))
        else:
            self._directive(Directive(self.text, start, end, name, colon))
        self.at = end

    def _directive(self, directive: Directive) -> None:
        blocks = self.blocks
        if directive.colon == directive.start and blocks.fence is not None and not blocks.containers:
            directive.kind = FENCE
        elif not self._is_directive(directive):
            return
        if directive.kind == FENCE:
            directive.fence = self.fence
        if directive.name in NAMES:
            self.template.directives.append(directive)
        else:
            self._misspelt(directive, misspelt(directive.name, directive.kind == FENCE))

    def _is_directive(self, directive: Directive) -> bool:
        """Whether the line is one where it stands; if so, note in which block that is."""
        self._skip_to(directive.start, directive.colon == directive.start)
        blocks = self.blocks
        line = self.text[directive.start : directive.end].rstrip(b"\r\n")
        commented = blocks.html == _COMMENT
        directive.kind = blocks.line(line, directive=True)
        directive.indent = blocks.indent
        return not (commented and directive.kind == HTML) and blocks.body.startswith(b":")

    def _misspelt(self, directive: Directive, known: str) -> None:
        message = f"unknown directive ':{directive.name}'; did you mean ':{known}'?"
        hint = f"a backslash shows it as it is: `\\:{directive.name}`"
        location = self.template.location(directive.colon)
        self.template.errors.append(LiterateError(message, location, ((None, hint),)))


def _candidates(text: bytes, begin: int, end: int) -> list[int]:
    """Where the lines from `begin` to `end` start that may be a fence's or open HTML, in order."""
    starts = [
        *line_starts(text, begin, b"```", MARKERS, end),
        *line_starts(text, begin, b"~~~", MARKERS, end),
        *line_starts(text, begin, b"<", MARKERS, end),
    ]
    starts.sort()
    return starts


def line_starts(text: bytes, begin: int, mark: bytes, before: bytes, end: int | None = None) -> list[int]:
    """Where the lines from `begin` to `end` start that have `mark` behind nothing but characters of `before`."""
    starts = []
    end = len(text) if end is None else end
    at = text.find(mark, begin, end)
    while at >= 0:
        start = at
        while start > begin and text[start - 1] in before:
            start -= 1
        if start == begin or text[start - 1] == _NEWLINE:
            starts.append(start)
            at = text.find(b"\n", at, end)
            if at < 0:
                break
        else:
            at += len(mark)
        at = text.find(mark, at, end)
    return starts
