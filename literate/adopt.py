"""Adopting the edits of a page: into the scripts and templates that its lines come from, proven before anything is
written."""

from literate.carry import Carrier
from literate.changes import bare_lines_of, counterpart, unified_diff
from literate.edits import Edit, apply, merge
from literate.errors import LiterateError
from literate.model import COPIED, Location, Piece
from literate.pages import origins_of, text_of, weave_page
from literate.paths import page_of
from literate.project import Project, Report
from literate.proof import Edited, find_lost
from literate.sides import BOTH, SOURCE, UNKNOWN, Sides
from literate.sources import Sources
from literate.weave import Woven

_BY_HAND = "carry it back by hand: make the edit in the source"
_UNCERTAIN = "which side moved is not known: be sure that the page was edited, and not its sources"


class Adoption:
    """New texts for sources by which the pages become what they were edited to be, or why there are none."""

    __slots__ = ("errors", "new", "notes", "old", "pages", "stale")

    def __init__(self) -> None:
        self.errors: list[LiterateError] = []
        self.old: dict[str, bytes] = {}  # of the sources that change, and of the pages
        self.new: dict[str, bytes] = {}  # of the sources that change
        self.pages: list[Woven] = []
        self.notes: list[str] = []
        self.stale: list[str] = []  # pages with nothing to carry back

    def diff(self) -> list[str]:
        """What changes in the sources, as a unified diff."""
        texts = ((path, self.old[path], new) for path, new in sorted(self.new.items()))
        diffs = (unified_diff(path, *map(bare_lines_of, (old, new))) for path, old, new in texts)
        return [line.decode("utf-8", "replace") for diff in diffs for line in diff]


def adopt(project: Project) -> Adoption:
    """What the edits of the project's pages ask of its sources; nothing is written yet."""
    adoption = Adoption()
    sources = project.sources()
    pages = _pages(project, sources, adoption)
    edits: list[Edit] = []
    refused: list[LiterateError] = []
    for edited in pages:
        if edited.is_stale() and edited.woven.template in project.templates:
            _choose(project, edited, adoption)
            if not edited.carried:
                adoption.stale.append(edited.woven.page)
            found, errors = _carrier(edited, sources).edits(edited.page, edited.carried)
            edits += found
            refused += errors
    merged, contradictions = merge(edits)
    adoption.errors += [*contradictions, *_shared(edits, pages)]
    if adoption.errors or not merged:
        adoption.errors += refused
        return adoption
    templates = set(project.all_templates)
    for path, own in merged.items():
        adoption.old[path] = project.workspace.read(path)
        adoption.new[path] = apply(path, adoption.old[path], own, path in templates, project.settings.values)
    _prove(project, adoption, pages, refused)
    return adoption


def _pages(project: Project, sources: Sources, adoption: Adoption) -> list[Edited]:
    """The project's pages that there are; what is wrong with those it is narrowed to goes to the errors."""
    pages = []
    for template in project.all_templates:
        woven = weave_page(template, sources, project.settings)
        data = project.workspace.read_page(woven.page)
        if woven.errors:
            adoption.errors += woven.errors if template in project.templates else []
        elif data is not None:
            lines = bare_lines_of(text_of(woven))
            pages.append(Edited(woven, lines, origins_of(woven, sources), data, bare_lines_of(data)))
    return pages


def _choose(project: Project, edited: Edited, adoption: Adoption) -> None:
    """Choose the places of a page that were edited by hand; a place where both sides moved is an error."""
    sides = Sides(project, edited.woven, edited.page, edited.origins)
    for change in edited.changes:
        side = sides.of(change)
        if side == BOTH:
            message = f"both sides moved: {sides.told(change)}; {_BY_HAND}"
            adoption.errors.append(LiterateError(message, edited.place(change)))
        elif side != SOURCE:
            edited.carried.append(change)
        if side == UNKNOWN and _UNCERTAIN not in adoption.notes:
            adoption.notes.append(_UNCERTAIN)


def _carrier(edited: Edited, sources: Sources) -> Carrier:
    template = edited.woven.template
    texts: dict[str, list[bytes]] = {}

    def lines_of(path: str) -> list[bytes]:
        if path not in texts:
            source = sources.template(path) if path == template else sources.get(path)
            texts[path] = bare_lines_of(source.text)
        return texts[path]

    return Carrier(edited.woven.page, edited.woven_lines, edited.origins, lines_of)


def _shared(edits: list[Edit], pages: list[Edited]) -> list[LiterateError]:
    """The errors for lines that pages show in several places, and that were edited in some of them only."""
    errors = []
    for edit in edits:
        lines = range(edit.first, edit.last + 1)
        others = [place for line in lines for page in pages for place in _unedited(page, edit.path, line)]
        if others:
            places = " and ".join(map(str, dict.fromkeys([str(edit.places[0]), *map(str, others)])))
            source = Location(edit.path, edit.first)
            message = f"{source} is shown at {places}, and not edited alike in all of them"
            errors.append(LiterateError(message, edit.places[0]))
    return errors


def _unedited(edited: Edited, path: str, line: int) -> list[Location]:
    """Where a page shows a line of a file as it is."""
    places = []
    for lines in edited.origins.lines_from(path, line):
        for number in lines:
            at = counterpart(edited.changes, number - 1)
            if at is not None and edited.origins.piece_of_line(number).kind == COPIED:
                places.append(Location(edited.woven.page, at + 1))
    return places


def _prove(project: Project, adoption: Adoption, pages: list[Edited], refused: list[LiterateError]) -> None:
    """Weave from the new texts: each page holds its edits and is otherwise what it was, or there are errors.

    What was `refused` holds nevertheless where the page comes to have it, as a table of contents may.
    """
    sources = _new_sources(project, adoption)
    held = True
    for edited in pages:
        woven = weave_page(edited.woven.template, sources, project.settings)
        for error in woven.errors:
            adoption.errors.append(
                error.note(None, f"this is what the edits of {woven.page} would lead to; {_BY_HAND}")
            )
        if woven.errors:
            continue
        lines = bare_lines_of(text_of(woven))
        adoption.errors += find_lost(edited, lines, origins_of(woven, sources))
        held = held and (not edited.carried or lines == edited.page)
        if edited.woven.template in project.templates or not edited.changes:
            adoption.old[woven.page] = edited.data
            adoption.pages.append(woven)
    if adoption.errors or not held:
        adoption.errors += refused
    if adoption.errors:
        adoption.new.clear()
    else:
        adoption.notes += _stale_recordings(project, adoption, sources)


def _new_sources(project: Project, adoption: Adoption) -> Sources:
    def read(path: str) -> bytes:
        return adoption.new[path] if path in adoption.new else project.workspace.read(path)

    return Sources(read, frozenset(map(page_of, project.all_templates)), project.workspace.exists)


def _stale_recordings(project: Project, adoption: Adoption, sources: Sources) -> list[str]:
    """What to say of the recordings that are no longer fresh when the scripts have their new texts."""
    from literate.recordings import Recordings  # imports `json`, `hashlib` and `ast`

    named = {example for woven in adoption.pages for example in woven.examples}
    before = Recordings(project.sources(), project.settings)
    after = Recordings(sources, project.settings)
    return [
        f"{example}: then {fault.message}; `record {example}` runs it anew"
        for example in sorted(named.union(project.listed_examples()))
        if (fault := after.fault(example)) and not before.fault(example)
    ]


def carry_out(project: Project, adoption: Adoption) -> Report:
    """Write the new sources and the pages that they weave; all of them, or none."""
    report = Report()
    workspace = project.workspace
    report.add(_changed_meanwhile(project, adoption))
    if report.errors:
        return report
    written: list[str] = []
    pages = [woven for woven in adoption.pages if not workspace.holds(woven.page, woven.pieces)]
    try:
        for path, pieces in [
            *((path, [Piece(data, path, 0)]) for path, data in adoption.new.items()),
            *((woven.page, woven.pieces) for woven in pages),
        ]:
            workspace.write(path, pieces)
            written.append(path)
    except BaseException as error:
        for path in written:
            workspace.write(path, [Piece(adoption.old[path], path, 0)])
        if not isinstance(error, LiterateError):
            raise
        report.add([error])
    else:
        report.pages = [(woven.page, woven.template, "written") for woven in pages]
        report.details = {"changed": sorted(adoption.new)}
    return report


def _changed_meanwhile(project: Project, adoption: Adoption) -> list[LiterateError]:
    """The errors for files that somebody has saved since they were read."""
    return [
        LiterateError("this file has changed meanwhile; adopt anew", Location(path))
        for path, data in adoption.old.items()
        if project.workspace.read_page(path) != data
    ]
