"""Weaving: a template and the sources it names become a page.

    parse          template.py finds the directives and the fences around them
    resolve        each directive becomes pieces: whole lines, each with the place it comes from
    assemble       the template's own lines and the pieces, in order; a fence grown where its text needs it
    finish         tables of contents, which need the whole page; the banner

Pure: what is read comes through `Sources`. Faults are collected, so that one run shows them all.
"""

from literate.blocks import CODE, FENCE
from literate.directives import ArgumentError, Arguments, Word, choice, parse_arguments
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.include import OPTIONS, code_pieces
from literate.languages import is_markdown, language_of
from literate.layout import (
    Contents,
    Edit,
    assemble,
    grown,
    imposed,
    in_fence,
    line_prefix,
    longest_run,
    shown,
)
from literate.model import Location, Piece, Settings
from literate.paths import TEMPLATE_NAME, page_of, resolve
from literate.selection import Target, select
from literate.source import BOM
from literate.sources import Sources
from literate.template import AuthorFence, Directive, Template, parse

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from literate.pictures import Picture
    from literate.recordings import Recordings
    from literate.results import Claim, Results

_EXPANSIONS = 10_000  # nested Markdown files woven into one page at most
_DEPTH = 50
_ERRORS = 1_000  # faults of a page; with more of them there is no end to telling
_LARGEST = 200_000_000  # bytes of a page
_WORK = 100  # bytes that a directive counts at least
_LEVELS = ("1", "2", "3", "4", "5", "6")


class Woven:
    """A page as it should be: its pieces in order, or the errors that are in its way."""

    __slots__ = ("_shown", "claims", "errors", "examples", "page", "pictures", "pieces", "template")

    def __init__(self, template: str, pieces: list[Piece], weaver: "_Weaver") -> None:
        self.template = template
        self.page = page_of(template)
        self.pieces = pieces
        self.errors = weaver.errors
        self.examples: list[str] = weaver.results.recordings.used() if weaver.results else []
        self.claims: list[Claim] = weaver.results.claims if weaver.results else []
        self.pictures: list[Picture] = weaver.results.pictures if weaver.results else []
        self._shown = weaver.shown

    def shown(self) -> dict[str, Location]:
        """The files that the page shows, or says something of, and where its templates name each first."""
        return {path: template.location(colon) for path, (template, colon) in self._shown.items()}


def shown_by(pages: list[Woven]) -> dict[str, Location]:
    """The files that `pages` show, or say something of, and where the first of them names each."""
    return {path: place for page in reversed(pages) for path, place in page.shown().items()}


def examples_of(pages: list[Woven]) -> set[str]:
    """The examples whose recordings `pages` are about."""
    return {example for page in pages for example in page.examples}


def weave(path: str, sources: Sources, settings: Settings, recordings: "Recordings | None" = None) -> Woven:
    """The page of the template at `path`, or what is wrong with it.

    `recordings` are those that its directives are about; by default what `sources` holds of them.
    """
    weaver = _Weaver(path, sources, settings, recordings)
    try:
        template = parse(Excerpt.whole(sources.template(path)))
    except LiterateError as error:
        weaver.errors.append(error.at(Location(path)))
        return Woven(path, [], weaver)
    pieces = weaver.weave(template, [path])
    if settings.banner:
        pieces = _banner(template, settings.command) + pieces
    if template.text.startswith(BOM):
        pieces = [Piece(BOM, path, 0), *pieces]
    if weaver.contents and not weaver.errors:
        _fill_contents(pieces, weaver.contents)
    if sum([len(piece.data) for piece in pieces]) > _LARGEST:
        weaver.errors.append(LiterateError(f"the page grows beyond {_LARGEST:,} bytes", Location(path)))
    woven = Woven(path, pieces, weaver)
    if settings.repository and not woven.errors:
        from literate.colab import add_links  # imports `re` and `json`

        add_links(woven, sources, settings)
    return woven


def _banner(template: Template, command: str) -> list[Piece]:
    text = f"<!-- Woven from {TEMPLATE_NAME} by `{command}`. Edit that file, not this one. -->\n\n"
    return imposed([Piece(text.encode(), template.path, 0)], b"", template.line_end())


def _fill_contents(pieces: list[Piece], tables: list[Contents]) -> None:
    from literate.headings import contents, find_headings  # `re` and `unicodedata` are slow to import

    headings = find_headings(b"".join(piece.data for piece in pieces))
    made: dict[tuple[int, int, bytes, bytes], bytes] = {}  # which a page may show a thousand times
    for table in tables:
        form = (table.first, table.last, table.prefix, table.line_end)
        if form not in made:
            lines = contents(headings, table.first, table.last)
            made[form] = b"".join(table.prefix + line.encode() + table.line_end for line in lines)
        table.data = made[form]


class _Weaver:
    """The state of weaving one page: what was found so far, and the errors."""

    def __init__(
        self, path: str, sources: Sources, settings: Settings, recordings: "Recordings | None"
    ) -> None:
        self.path = path
        self.sources = sources
        self.settings = settings
        self.recordings = recordings
        self.results: Results | None = None
        self.errors: list[LiterateError] = []
        self.shown: dict[str, tuple[Template, int]] = {}
        self.contents: list[Contents] = []
        self._codes: dict[tuple[str, str], tuple[str, list[Piece] | None]] = {}
        self._kept: set[int] = set()  # the lists in `_codes`
        self._runs: dict[tuple[int, bytes], int] = {}  # the longest in each of them
        self._expansions = 0
        self._work = 0  # bytes that were copied or parsed for the page, and what each directive counts
        self._given_up = False

    def weave(self, template: Template, chain: list[str]) -> list[Piece]:
        """The pieces of `template`; `chain` is the files whose includes led to it, and its own path last."""
        self.errors += template.errors
        edits: list[Edit] = []
        runs: dict[AuthorFence, int] = {}
        line_end = template.line_end()
        for directive in template.directives:
            before = len(self.errors)
            try:
                pieces = self._resolve(template, directive, chain)
            except LiterateError as error:
                self.errors.append(error)
                pieces = []
            if len(self.errors) > before:
                _place(template, directive, self.errors[before:])
            if directive.fence is not None:
                run = self._longest_run(pieces, directive.fence.fence.char)
                if run >= directive.fence.fence.length:
                    runs[directive.fence] = max(run, runs.get(directive.fence, 0))
            lines = imposed(pieces, line_prefix(directive), line_end)
            self._work += _WORK if lines is pieces else sum([len(piece.data) for piece in lines])
            if self._work > _LARGEST or len(self.errors) > _ERRORS:
                self._give_up(template.location(directive.colon))
                break
            edits.append((directive.start, directive.end, lines))
        others = [edit for fence, run in runs.items() for edit in grown(template, fence, run)]
        others += self._values(template) if self.settings.values else []
        taken = {start for start, _, _ in others}
        others += [shown(template, *line) for line in template.backslashes if line[0] not in taken]
        if others:
            edits = sorted([*edits, *others], key=lambda edit: edit[0])
        return assemble(template, edits)

    def _give_up(self, place: Location) -> None:
        """Say that the page has so many faults, or grows so large, that the rest of it is not looked at."""
        if self._given_up:
            return
        self._given_up = True
        message = f"the page grows beyond {_LARGEST:,} bytes"
        if self._work <= _LARGEST:
            message = f"more than {_ERRORS} faults; the page is not looked at from here on"
        self.errors.append(LiterateError(message, place))

    def _values(self, template: Template) -> list[Edit]:
        """The edits that put values into prose."""
        from literate.values import find_values, with_values

        before = len(template.errors)
        edits: list[Edit] = []
        for line in find_values(template):
            try:
                edits.append(with_values(template, line, self._results().recordings))
            except LiterateError as error:
                self.errors.append(error)
        self.errors += template.errors[before:]
        return edits

    def _results(self) -> "Results":
        """What the page shows of recordings; imported and made when first asked for."""
        if self.results is None:
            from literate.recordings import Recordings  # these import `json`, `hashlib` and `ast`
            from literate.results import Results

            recordings = self.recordings or Recordings(self.sources, self.settings)
            self.results = Results(self.path, recordings, self.shown)
        return self.results

    def _resolve(self, template: Template, directive: Directive, chain: list[str]) -> list[Piece]:
        """The lines that `directive` stands for, without its prefix. Raises LiterateError."""
        if directive.name == "TOC":
            return [self._toc(template, directive)]
        if directive.name != "INCLUDE":
            return self._results().pieces(template, directive)
        folder = template.folder
        path, pieces = self._codes.get((folder, directive.arguments), ("", None))
        if pieces is None:
            arguments = parse_arguments(directive.arguments, OPTIONS, 1)
            target = _target(arguments)
            path = resolve(folder, target.path)
            if is_markdown(path) and directive.kind not in (FENCE, CODE):
                return self._markdown(path, target, arguments, chain)
            pieces = code_pieces(self.sources.get(path), target, arguments)
            if not is_markdown(path):  # which is code in one place and woven in another
                self._codes[folder, directive.arguments] = path, pieces
                self._kept.add(id(pieces))
        self.shown.setdefault(path, (template, directive.colon))
        if directive.kind in (FENCE, CODE):
            return pieces
        return in_fence(pieces, language_of(path).info, template, directive)

    def _longest_run(self, pieces: list[Piece], char: bytes) -> int:
        """As `longest_run`, once for what the page includes again and again."""
        if id(pieces) not in self._kept:
            return longest_run(pieces, char)
        run = self._runs.get((id(pieces), char))
        if run is None:
            run = self._runs[id(pieces), char] = longest_run(pieces, char)
        return run

    def _markdown(self, path: str, target: Target, arguments: Arguments, chain: list[str]) -> list[Piece]:
        """The pieces of a Markdown file, its own directives woven."""
        if path in chain:
            cycle = " -> ".join([*chain[chain.index(path) :], path])
            raise LiterateError(f"a cycle of includes: {cycle}")
        self._expansions += 1
        if len(chain) > _DEPTH or self._expansions > _EXPANSIONS:
            raise LiterateError(
                f"more than {_DEPTH} includes deep, or {_EXPANSIONS} Markdown files on a page"
            )
        dedent = choice(arguments, "dedent", ("yes", "no")) == "yes"
        selection = select(self.sources.get(path), target)
        nested = parse(Excerpt.of(selection, dedent and not selection.whole))
        self._work += len(nested.text)
        if nested.unclosed is not None:
            message = "the code fence is never closed, so it would swallow the page that includes it"
            raise LiterateError(message, nested.location(nested.unclosed))
        return self.weave(nested, [*chain, path])

    def _toc(self, template: Template, directive: Directive) -> Contents:
        arguments = parse_arguments(directive.arguments, ("depth",), 0)
        depth = arguments.options.get("depth", Word("2-3", 0))
        first, _, last = depth.text.partition("-")
        last = last or first
        if not (first in _LEVELS and last in _LEVELS and first <= last):
            raise ArgumentError(
                f"'depth' is levels from 1 to 6 such as 2-3, not '{depth.text}'", depth.column
            )
        table = Contents(template.path, template.excerpt.origin(directive.start), int(first), int(last))
        self.contents.append(table)
        return table


def _target(arguments: Arguments) -> Target:
    if not arguments.words or not arguments.words[0].text:
        raise LiterateError("`:INCLUDE` needs the path of a file: `:INCLUDE path[#fragment]`")
    return Target.parse(arguments.words[0].text)


def _place(template: Template, directive: Directive, errors: list[LiterateError]) -> None:
    """Give new errors their place, or, where they have one in another file, say which include led there."""
    for error in errors:
        if error.location is None:
            offset = error.column if isinstance(error, ArgumentError) else _first_word(directive)
            place = template.location(directive.colon)
            place = Location(place.path, place.line, place.column + 1 + len(directive.name) + offset)
            error.at(place)
        else:
            error.note(template.location(directive.colon), "included here")


def _first_word(directive: Directive) -> int:
    """How far behind the directive's name its first argument begins, or where it would."""
    text = directive.arguments
    return len(text) - len(text.lstrip()) if text.strip() else 0
