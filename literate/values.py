"""`{{ expression }}` in prose: where the values stand, so that weaving can put them in.

Never inside code: a fence, an indented block or a code span. A backslash shows one as it is: `\\{{`.
"""

from literate.blocks import HEADING, TEXT, Blocks
from literate.errors import LiterateError
from literate.layout import Edit
from literate.model import Piece
from literate.recordings import Recordings
from literate.template import Template

ValueLine = tuple[int, int, list["Value"]]  # start and end of a line, and its values in order


class Value:
    """An expression in braces: its first byte and the one behind its last, and what stands between the braces."""

    __slots__ = ("end", "expression", "start")

    def __init__(self, start: int, end: int, expression: str) -> None:
        self.start = start
        self.end = end
        self.expression = expression  # empty for a backslash that only protects braces


def find_values(template: Template) -> list[ValueLine]:
    """The lines of `template` that hold values: start, end, and the values in order.

    A fault goes to the template's `errors`.
    """
    text = template.text
    if b"{{" not in text:
        return []
    taken = {directive.start for directive in template.directives}
    blocks = Blocks()
    found = []
    start = 0
    while start < len(text):
        end = text.find(b"\n", start) + 1 or len(text)
        directive = start in taken
        kind = blocks.line(text[start:end].rstrip(b"\r\n"), directive)
        if kind in (TEXT, HEADING) and not directive and b"{{" in text[start:end]:
            values = _values_in_line(template, start, end)
            if values:
                found.append((start, end, values))
        start = end
    return found


def with_values(template: Template, line: ValueLine, recordings: Recordings) -> Edit:
    """The edit that puts the values into `line`. Raises LiterateError, at its place, for one that cannot be had."""
    from literate.expressions import text_of  # jinja2 is slow to import, and few pages need it

    start, end, values = line
    parts = []
    at = start
    for value in values:
        parts.append(template.text[at : value.start])
        if value.expression:
            try:
                parts.append(text_of(value.expression, recordings.names(None)).encode())
            except LiterateError as error:
                raise error.at(template.location(value.start)) from None
        at = value.end
    parts.append(template.text[at:end])
    return start, end, [Piece(b"".join(parts), template.path, template.excerpt.origin(start))]


def _values_in_line(template: Template, start: int, end: int) -> list[Value]:
    text = template.text
    values = []
    at = start
    while at < end:
        if text[at] == 96:  # a backtick
            at = _behind_code_span(text, at, end)
        elif text.startswith(b"\\{{", at):
            values.append(Value(at, at + 1, ""))
            at += 3
        elif text.startswith(b"{{", at):
            close = text.find(b"}}", at, end)
            if close < 0:
                message = (
                    "the value is never closed on its line; end it with '}}', or begin with '\\{{' to show it"
                )
                template.errors.append(LiterateError(message, template.location(at)))
                return values
            values.append(Value(at, close + 2, text[at + 2 : close].decode().strip()))
            at = close + 2
        else:
            at += 1
    return values


def _behind_code_span(text: bytes, start: int, end: int) -> int:
    """Where the code span that opens at `start` ends on its line, or its backticks do if it is none."""
    opened = start
    while opened < end and text[opened] == 96:
        opened += 1
    size = opened - start
    at = text.find(b"`" * size, opened, end)
    while at >= 0:
        behind = at
        while behind < end and text[behind] == 96:
            behind += 1
        if behind - at == size:
            return behind
        at = text.find(b"`" * size, behind, end)
    return opened
