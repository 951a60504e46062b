"""`:INCLUDE path[#fragment]`: which lines of a file an include shows as code."""

from literate.directives import Arguments, choice
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.languages import is_markdown, is_python, language_of
from literate.model import Piece
from literate.selection import Selection, Target, select
from literate.source import Source

OPTIONS = ("header", "docstring", "dedent")
_QUOTES = (b'"', b"'", b"(", b'r"', b"r'", b'R"', b"R'", b'u"', b"u'", b'U"', b"U'")
_SMALL = 1 << 20  # bytes; of a larger text the list of lines is not worth its memory
_FIRST = frozenset(quote[:1] for quote in _QUOTES)


def code_pieces(source: Source, target: Target, arguments: Arguments) -> list[Piece]:
    """The lines that an include of `source` shows as code, without a fence.

    Raises LiterateError where the fragment or an option does not fit, or where the docstring cannot be found.
    """
    header = choice(arguments, "header", ("yes", "no")) == "yes"
    drop = choice(arguments, "docstring", ("drop", "keep")) == "drop"
    dedent = choice(arguments, "dedent", ("yes", "no")) == "yes"
    selection = select(source, target)
    if not selection.whole:
        return Excerpt.of(selection, dedent).pieces()
    if drop:
        selection = without_docstring(source, selection)
    pieces = Excerpt.of(selection, dedent=False).pieces()
    return [*_header(source), *pieces] if header else pieces


def _header(source: Source) -> list[Piece]:
    """The line that names the file, where its language is a script's: it has comments and is not Markdown."""
    language = language_of(source.path)
    if not language.open or is_markdown(source.path):
        return []
    line = language.comment(f"Code in file {source.path}") + "\n"
    return [Piece(line.encode(), source.path, 0)]


def _may_have_docstring(text: bytes) -> bool:
    """Whether a line of `text` begins as a string might: where none does, there is nothing to parse."""
    if len(text) < _SMALL and not {line[:1] for line in text.split(b"\n")} & _FIRST:
        return False
    return any(text.startswith(quote) or b"\n" + quote in text for quote in _QUOTES)


def without_docstring(source: Source, selection: Selection) -> Selection:
    """`selection` less the docstring and the empty line after it."""
    if not is_python(source.path):
        return selection
    if not _may_have_docstring(source.text):
        return selection
    from literate.python_source import docstring_lines  # `ast` is slow to import

    try:
        lines = docstring_lines(source)
    except LiterateError as error:
        raise error.note(None, "`docstring=keep` includes the script as it is") from None
    if lines is None:
        return selection
    start, end = source.span_of_lines(*lines)
    following = source.text[end : source.text.find(b"\n", end) + 1]
    if not following.strip():
        end += len(following)
    return selection.without([(start, end)])
