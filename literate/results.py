"""The directives that show what examples printed, and claims about it.

`:OUTPUT`, `:PLOT`, `:DIFF`, `:CLAIM` and `:RENDER`; each gives whole lines of Markdown, like an include.
"""

from literate.directives import Arguments, Word, first_word, needed, number, parse_arguments
from literate.errors import LiterateError, StaleError
from literate.excerpt import Excerpt
from literate.include import without_docstring
from literate.layout import in_fence
from literate.model import RECORDED, Location, Piece
from literate.paths import folder_of, page_of, resolve
from literate.pictures import MOST_EXAMPLES, OPTIONS, Picture, figure_lines, picture_lines, plot_picture
from literate.recording import recording_path
from literate.recordings import Recordings
from literate.selection import Target, select
from literate.template import Directive, Template

_MOST_PAIRS = 300_000  # of equal lines in files that are compared


class Claim:
    """A statement about the recording of `example` that must be true, and where the page makes it."""

    __slots__ = ("example", "expression", "location")

    def __init__(self, example: str, expression: str, location: Location) -> None:
        self.example = example
        self.expression = expression
        self.location = location


class Results:
    """What one page shows of the recordings: its claims and pictures.

    `shown` notes where the page names each file first.
    """

    def __init__(self, template: str, recordings: Recordings, shown: dict[str, tuple[Template, int]]) -> None:
        self.page_folder = folder_of(page_of(template))
        self.recordings = recordings
        self.claims: list[Claim] = []
        self.pictures: list[Picture] = []
        self._shown = shown

    def pieces(self, template: Template, directive: Directive) -> list[Piece]:
        """The lines that `directive` stands for. Raises LiterateError."""
        make = {
            "OUTPUT": self._output,
            "PLOT": self._plot,
            "DIFF": self._diff,
            "CLAIM": self._claim,
            "RENDER": self._render,
        }
        return make[directive.name](template, directive)

    def _examples(self, template: Template, directive: Directive, words: list[Word]) -> list[str]:
        """The examples that `words` name, noted as shown."""
        paths = [resolve(folder_of(template.path), word.text) for word in words]
        for path in paths:
            self._shown.setdefault(path, (template, directive.colon))
        return paths

    def _output(self, template: Template, directive: Directive) -> list[Piece]:
        arguments = parse_arguments(directive.arguments, ("head", "tail"), 1)
        word = needed(arguments, "the path of an example")
        [example] = self._examples(template, directive, [word])
        lines = self.recordings.get(example).lines
        text = self.recordings.sources.get(recording_path(example)).text
        pieces = _output_pieces(recording_path(example), lines, text, *_ends(arguments, len(lines)))
        return in_fence(pieces, "text", template, directive)

    def _plot(self, template: Template, directive: Directive) -> list[Piece]:
        arguments = parse_arguments(directive.arguments, OPTIONS, MOST_EXAMPLES)
        needed(arguments, "the path of an example")
        examples = self._examples(template, directive, arguments.words)
        if "figure" in arguments.options:
            lines = figure_lines(examples[0], arguments, self.recordings, self.page_folder)
        else:
            picture = plot_picture(examples, arguments, self.recordings)
            self.pictures.append(picture)
            if not picture.is_drawn(self.recordings):
                path = picture.paths["light"]
                raise StaleError(
                    f"'{path}' is not drawn from the recordings as they stand; `record` draws it"
                )
            lines = picture_lines(picture, arguments, self.page_folder)
        return _made(lines, template, directive)

    def _diff(self, template: Template, directive: Directive) -> list[Piece]:
        from difflib import unified_diff  # slow to import

        from literate.changes import equal_pairs

        arguments = parse_arguments(directive.arguments, ("context",), 2)
        if len(arguments.words) < 2:
            raise LiterateError("`:DIFF` needs two files: `:DIFF before after`")
        targets = [Target.parse(word.text) for word in arguments.words]
        paths = [resolve(folder_of(template.path), target.path) for target in targets]
        before, after = map(self._code_lines, paths, targets)
        popular = (
            len(after) // 100 + 1 if len(after) >= 200 else None
        )  # what `difflib` does not look at either
        if equal_pairs(before, after, popular) > _MOST_PAIRS:
            raise LiterateError("too many lines are alike to compare the files; name parts: `:DIFF a#f b#f`")
        context = number(arguments, "context", 3)
        lines = list(unified_diff(before, after, paths[0], paths[1], n=context, lineterm=""))
        return in_fence(_made(lines, template, directive), "diff", template, directive)

    def _code_lines(self, path: str, target: Target) -> list[str]:
        """The lines that an include of `target` would show, without its header."""
        selection = select(self.recordings.sources.get(path), target)
        if selection.whole:
            selection = without_docstring(selection.source, selection)
        return Excerpt.of(selection, dedent=not selection.whole).text.decode().split("\n")[:-1]

    def _claim(self, template: Template, directive: Directive) -> list[Piece]:
        word, expression = first_word(directive.arguments)
        if not expression:
            raise LiterateError("`:CLAIM` needs an example and an expression: `:CLAIM example loss.last < 1`")
        [example] = self._examples(template, directive, [word])
        self.recordings.sources.get(example)  # a misspelt path is no claim
        self.claims.append(Claim(example, expression, template.location(directive.colon)))
        self.recordings.get(example)
        return []

    def _render(self, template: Template, directive: Directive) -> list[Piece]:
        from literate.expressions import render  # jinja2 is slow to import

        word = needed(parse_arguments(directive.arguments, (), 1), "the path of a Jinja2 template")
        path = resolve(folder_of(template.path), word.text)
        source = self.recordings.sources.get(path).text.decode()
        rendered = render(path, source, self.recordings.names(None)).removesuffix("\n")
        return [Piece(rendered.encode() + b"\n", path, 0)] if rendered else []


def _ends(arguments: Arguments, count: int) -> tuple[int, int]:
    """How many lines `head` and `tail` show of `count`: all of them where neither is given, or they overlap."""
    if not {"head", "tail"} & set(arguments.options):
        return count, 0
    head, tail = number(arguments, "head", 0), number(arguments, "tail", 0)
    return (head, tail) if head + tail < count else (count, 0)


def _output_pieces(path: str, lines: list[str], text: bytes, head: int, tail: int) -> list[Piece]:
    """The first `head` and last `tail` lines, each at its line of the recording's `text`, the rest counted."""
    first = text.find(b"\n", text.find(b'\n "lines": [') + 1) + 1
    pieces = [_recorded(lines[:head], path, first)] if head else []
    left_out = len(lines) - head - tail
    if left_out:
        noun = "line" if left_out == 1 else "lines"
        pieces.append(Piece(f"... {left_out} more {noun} ...\n".encode(), path, first))
    if tail:
        for _ in range(len(lines) - tail):
            first = text.find(b"\n", first) + 1
        pieces.append(_recorded(lines[-tail:], path, first))
    return pieces


def _recorded(lines: list[str], path: str, offset: int) -> Piece:
    return Piece("".join(line + "\n" for line in lines).encode(), path, offset, RECORDED)


def _made(lines: list[str], template: Template, directive: Directive) -> list[Piece]:
    """`lines` made for `directive`."""
    data = "".join(line + "\n" for line in lines).encode()
    return [Piece(data, template.path, template.excerpt.origin(directive.start))] if lines else []
