"""Adopting the edits of a page: into the scripts and templates that its lines come from, proven before written."""

from difflib import unified_diff

from literate.carry import Carrier, Edit, apply
from literate.changes import Change, find_changes, lines_of
from literate.errors import LiterateError
from literate.history import History
from literate.model import MADE, Location, Piece
from literate.origins import Origins
from literate.project import Project, Report
from literate.sources import Sources
from literate.staleness import origins_of, source_moved
from literate.weave import Woven, weave


class Adoption:
    """New texts for sources by which the pages become what they were edited to be, or why there are none."""

    __slots__ = ("errors", "new", "old", "pages")

    def __init__(self) -> None:
        self.errors: list[LiterateError] = []
        self.old: dict[str, bytes] = {}
        self.new: dict[str, bytes] = {}
        self.pages: list[Woven] = []

    def diff(self) -> list[str]:
        """What changes in the sources, as a unified diff."""
        lines: list[str] = []
        for path, new in sorted(self.new.items()):
            before, after = (data.decode().split("\n") for data in (self.old[path], new))
            lines += unified_diff(before, after, path, path, lineterm="")
        return lines


def adopt(project: Project) -> Adoption:
    """What the edits of the project's pages ask of its sources; nothing is written yet."""
    adoption = Adoption()
    sources = project.sources()
    edits: dict[str, list[Edit]] = {}
    edited: list[tuple[Woven, bytes]] = []
    for template in project.templates:
        woven = weave(template, sources, project.settings)
        if woven.errors:
            adoption.errors += woven.errors
            continue
        page = project.workspace.read_page(woven.page)
        if page is not None and not project.workspace.holds(woven.page, woven.pieces):
            found, errors = _edits(project, woven, page)
            adoption.errors += errors
            edited.append((woven, page))
            for edit in found:
                edits.setdefault(edit.path, []).append(edit)
    if not adoption.errors:
        for path, own in edits.items():
            adoption.old[path] = project.workspace.read(path)
            adoption.new[path] = apply(adoption.old[path], _once(own))
        _prove(project, adoption, edited)
    return adoption


def _once(edits: list[Edit]) -> list[Edit]:
    """`edits` of one file, the same one asked for by two pages once, the last first."""
    return [edit for _, edit in sorted({edit.key: edit for edit in edits}.items(), reverse=True)]


def _edits(project: Project, woven: Woven, page: bytes) -> tuple[list[Edit], list[LiterateError]]:
    origins = origins_of(project, woven)
    moved = _moved_sources(project, woven, page, origins)
    if moved:
        return [], moved
    sources = project.sources()
    texts = {
        path: (sources.template(path) if path == woven.template else sources.get(path)).text.split(b"\n")
        for path in {piece.path for piece in woven.pieces}
    }
    texts[woven.template] = [line.rstrip(b"\r") for line in texts[woven.template]]
    return Carrier(woven.page, _text(woven), origins, texts).edits(page)


def _text(woven: Woven) -> bytes:
    return b"".join(piece.data for piece in woven.pieces)


def _moved_sources(project: Project, woven: Woven, page: bytes, origins: Origins) -> list[LiterateError]:
    """The errors for places that differ because a source has changed since the page was woven, as git tells."""
    history = History(project.workspace.root)
    if not history.known:
        return []
    errors: list[LiterateError] = []
    paths = sorted({piece.path for piece in woven.pieces})
    for change in find_changes(lines_of(_text(woven)), lines_of(page)):
        moved = source_moved(woven.page, change, origins, history, paths)
        if moved:
            message = f"{moved}: weave it first, so that the change of the source is not undone"
            errors.append(LiterateError(message, Location(woven.page, change.after.start + 1)))
    return errors


def _prove(project: Project, adoption: Adoption, edited: list[tuple[Woven, bytes]]) -> None:
    """Weave from the new texts; whatever the page then has otherwise than it was edited is an error."""

    def read(path: str) -> bytes:
        return adoption.new.get(path) or project.workspace.read(path)

    sources = Sources(read, frozenset(page.page for page, _ in edited), project.workspace.exists)
    for before, page in edited:
        woven = weave(before.template, sources, project.settings)
        adoption.errors += woven.errors
        adoption.errors += [] if woven.errors else _lost(woven, page)
        adoption.pages.append(woven)
    if adoption.errors:
        adoption.new.clear()


def _lost(woven: Woven, page: bytes) -> list[LiterateError]:
    """The errors for lines of the edited page that would not stay; what is made for a directive may follow them."""
    origins = Origins(woven.pieces, lambda path: b"")
    text = lines_of(_text(woven))
    return [
        LiterateError(
            "this edit cannot be carried back: the page would not hold it. Its line may be shown in two places",
            Location(woven.page, change.after.start + 1),
        )
        for change in find_changes(text, lines_of(page))
        if not _is_made(change, origins)
    ]


def _is_made(change: Change, origins: Origins) -> bool:
    """Whether all the woven lines of a change, or those around it, were made for a directive."""
    around = change.before or range(max(change.before.start - 1, 0), change.before.start + 1)
    lines = [at + 1 for at in around if at < origins.line_count()]
    return bool(lines) and all(origins.piece_of_line(line).kind == MADE for line in lines)


def carry_out(project: Project, adoption: Adoption) -> Report:
    """Write the new sources and the pages that they weave; all of them, or none."""
    report = Report()
    written: list[str] = []
    try:
        for path, data in adoption.new.items():
            project.workspace.write(path, [Piece(data, path, 0)])
            written.append(path)
        for woven in adoption.pages:
            project.workspace.write(woven.page, woven.pieces)
            report.pages.append((woven.page, woven.template, "written"))
    except LiterateError as error:
        for path in written:
            project.workspace.write(path, [Piece(adoption.old[path], path, 0)])
        report.add([error])
    return report
