"""Pins: writing the digest of what an include shows into its directive, and moving it after its text."""

from literate.directives import Word, parse_arguments
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.include import OPTIONS
from literate.model import Location
from literate.paths import folder_of, resolve
from literate.selection import Target, find_pinned, is_lines, lines_fragment, select_unpinned
from literate.source import Source
from literate.sources import Sources
from literate.template import Directive, Template, parse


class Pinned:
    """A template's text with its pins in order, what became of each, and what stands in the way."""

    __slots__ = ("changes", "errors", "path", "text")

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.changes: list[tuple[Location, str, str]] = []  # place, target before, target after
        self.errors: list[LiterateError] = []


def pin(source: Source, sources: Sources, accept: bool, every: bool) -> Pinned:
    """The template `source` with a pin for each include of lines, or of anything if `every`.

    A pin whose text has moved follows it; one whose text has changed is an error unless `accept`.
    """
    template = parse(Excerpt.whole(source))
    pinned = Pinned(source.path, source.text)
    includes = [directive for directive in template.directives if directive.name == "INCLUDE"]
    for directive in reversed(includes):  # so that earlier offsets stay valid
        place = template.location(directive.colon)
        try:
            _pin(pinned, template, directive, sources, accept, every)
        except LiterateError as error:
            pinned.errors.append(error.at(place))
    pinned.changes.reverse()
    return pinned


def _pin(
    pinned: Pinned, template: Template, directive: Directive, sources: Sources, accept: bool, every: bool
) -> None:
    arguments = parse_arguments(directive.arguments, OPTIONS, 1)
    if not arguments.words:
        raise LiterateError("`:INCLUDE` needs the path of a file: `:INCLUDE path[#fragment]`")
    word = arguments.words[0]
    old = Target.parse(word.text)
    new = _repinned(old, sources.get(resolve(folder_of(template.path), old.path)), accept, every)
    if str(new) == str(old):
        return
    start = directive.colon + 1 + len(directive.name)
    written = _written(directive, word, old, new)
    pinned.text = (
        pinned.text[:start] + written.encode() + pinned.text[start + len(directive.arguments.encode()) :]
    )
    pinned.changes.append((template.location(directive.colon), str(old), str(new)))


def _repinned(old: Target, source: Source, accept: bool, every: bool) -> Target:
    """`old` with the pin that it should have. Raises LiterateError where its text has changed."""
    if not old.pin:
        wanted = every or is_lines(old.fragment)
        return Target(old.path, old.fragment, select_unpinned(source, old).digest()) if wanted else old
    found = find_pinned(source, old)
    if is_lines(old.fragment) and len(found) == 1:
        return Target(old.path, lines_fragment(*found[0]), old.pin)
    selection = select_unpinned(source, old)
    if selection.digest() == old.pin:
        return old
    if not accept:
        raise LiterateError(f"the text of '{old}' has changed; read it, then `pin --accept` pins it anew")
    return Target(old.path, old.fragment, selection.digest())


def _written(directive: Directive, word: Word, old: Target, new: Target) -> str:
    """The directive's arguments with `new` for `old`, quotes and options as they were."""
    text = directive.arguments
    before, after = str(old).removeprefix(old.path), str(new).removeprefix(new.path)
    path_end = text.find(old.path, word.column) + len(old.path)
    if path_end < len(old.path) or not text.startswith(before, path_end):
        raise LiterateError(f"quote the whole of '{old}', so that its pin can be written")
    return text[:path_end] + after + text[path_end + len(before) :]
