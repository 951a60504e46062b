"""Laying out a page: what stands in front of and around the lines that replace a directive."""

from literate.blocks import CODE, FENCE, HTML
from literate.errors import LiterateError
from literate.model import Piece
from literate.source import BOM
from literate.template import AuthorFence, Directive, Template

Edit = tuple[int, int, list[Piece]]  # the template's bytes from, to, and what stands there on the page


class Contents(Piece):
    """A table of contents, empty until the whole page is known."""

    __slots__ = ("first", "last", "line_end", "prefix")

    def __init__(self, path: str, offset: int, first: int, last: int) -> None:
        super().__init__(b"", path, offset)
        self.first = first
        self.last = last
        self.prefix = b""
        self.line_end = b"\n"


def line_prefix(directive: Directive) -> bytes:
    """What stands in front of each line that replaces the directive's."""
    prefix = directive.prefix
    if directive.fence is not None and not prefix and not directive.fence.fence.indent:
        return prefix
    if directive.kind not in (FENCE, CODE, HTML) and directive.indent > 3:
        prefix = prefix.expandtabs(4)[: -directive.indent]  # so far in, Markdown would see no fence
    if directive.fence is not None:
        prefix += b" " * (directive.fence.fence.indent - directive.indent)
    return prefix + b" " if prefix.endswith(b">") else prefix


def in_fence(pieces: list[Piece], info: str, template: Template, directive: Directive) -> list[Piece]:
    """`pieces` in a fence of their own, longer than any run of backticks in them; as they are inside code.

    Raises LiterateError inside HTML, where no fence can begin.
    """
    if directive.kind in (FENCE, CODE):
        return pieces
    if directive.kind == HTML:
        message = "no code block can begin inside HTML; leave an empty line in front of the directive"
        raise LiterateError(message)
    marks = "`" * max(3, longest_run(pieces, b"`") + 1)
    origin = template.excerpt.origin(directive.start)
    return [
        Piece(f"{marks}{info}\n".encode(), template.path, origin),
        *pieces,
        Piece(f"{marks}\n".encode(), template.path, origin),
    ]


def longest_run(pieces: list[Piece], char: bytes) -> int:
    """The longest run of `char` in `pieces`, which a fence around them has to exceed; 0 for one below three."""
    longest = 0
    for piece in pieces:
        data = bytes(piece.data)
        at = data.find(char * 3)
        while at >= 0:
            end = at
            while data[end : end + 1] == char:
                end += 1
            longest = max(longest, end - at)
            at = data.find(char * 3, end)
    return longest


def grown(template: Template, fence: AuthorFence, run: int) -> list[Edit]:
    """The edits that make both lines of an author's fence longer than a run of its character."""
    if run < fence.fence.length:
        return []
    edits: list[Edit] = []
    for start, end in (fence.open, fence.close or fence.open)[: 2 if fence.close else 1]:
        line = template.text[start:end]
        char = fence.fence.char
        at = line.index(char * fence.fence.length)
        marks = len(line) - at - len(line[at:].lstrip(char))
        line = line[:at] + char * max(run + 1 - marks, 0) + line[at:]
        edits.append((start, end, [Piece(line, template.path, template.excerpt.origin(start))]))
    return edits


def shown(template: Template, start: int, backslash: int, end: int) -> Edit:
    """The edit that takes the backslash from a line that shows a directive."""
    line = template.text[start:backslash] + template.text[backslash + 1 : end]
    return start, end, [Piece(line, template.path, template.excerpt.origin(start))]


def imposed(pieces: list[Piece], prefix: bytes, line_end: bytes) -> list[Piece]:
    """`pieces` with `prefix` in front of each line and `line_end` behind it."""
    if not prefix and line_end == b"\n":
        return pieces
    imposed: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Contents):
            piece.prefix = prefix + piece.prefix
            piece.line_end = line_end
            imposed.append(piece)
        else:
            data = _with_prefix(bytes(piece.data), prefix, line_end)
            imposed.append(Piece(data, piece.path, piece.offset, piece.kind))
    return imposed


def _with_prefix(data: bytes, prefix: bytes, line_end: bytes) -> bytes:
    empty = prefix.rstrip()
    lines = data.removesuffix(b"\n").split(b"\n")
    return b"".join((prefix if line else empty) + line + line_end for line in lines)


def assemble(template: Template, edits: list[Edit]) -> list[Piece]:
    """The template's own lines, with the `edits`, in order, in their places."""
    pieces: list[Piece] = []
    at = len(BOM) if template.text.startswith(BOM) else 0
    for start, end, replacement in edits:
        if at < start:
            pieces += template.excerpt.pieces(at, start)
        pieces += replacement
        at = end
    return pieces + template.excerpt.pieces(at)
