"""`{{ expression }}` in prose: where the values stand, so that weaving can put them in.

Never inside code: a fence, an indented block or a code span. A backslash shows one as it is: `\\{{`.
"""

from literate.blocks import HEADING, TEXT, Blocks
from literate.code_spans import CodeSpans
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
    shown = {line: backslash for line, backslash, _ in template.backslashes}
    blocks = Blocks()
    found = []
    start = 0
    while start < len(text):
        end = text.find(b"\n", start) + 1 or len(text)
        directive = start in taken
        kind = blocks.line(text[start:end].rstrip(b"\r\n"), directive)
        if kind in (TEXT, HEADING) and not directive and b"{{" in text[start:end]:
            values = _values_in_line(template, start, end)
            if values and start in shown:  # the backslash of a directive that is shown goes as well
                values.insert(0, Value(shown[start], shown[start] + 1, ""))
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
    spans: CodeSpans | None = None
    at = start
    while at < end:
        if text[at] == 96:  # a backtick
            spans = spans or CodeSpans(text, start, end)
            at = spans.behind(at, end)
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
            expression = text[at + 2 : close].decode().strip()
            if not expression:
                message = "the value is empty; begin with '\\{{' to show the braces"
                template.errors.append(LiterateError(message, template.location(at)))
            values.append(Value(at, close + 2, expression))
            at = close + 2
        else:
            at += 1
    return values
