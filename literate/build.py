"""What the tool does: build, check and pin. Decides; neither parses nor opens files."""

from literate.compare import first_difference
from literate.errors import LiterateError, UsageError
from literate.model import Location, Piece, Settings
from literate.paths import PAGE_NAME, TEMPLATE_NAME, page_of
from literate.pin import Pinned, pin
from literate.sources import Sources
from literate.weave import Woven, weave
from literate.workspace import Workspace

WRITTEN, FRESH, STALE = "written", "fresh", "stale"


class StaleError(LiterateError):
    """A page is not what its sources weave."""

    exit_code = 1


class Report:
    """What became of each page, in order, and every error."""

    __slots__ = ("errors", "pages")

    def __init__(self) -> None:
        self.pages: list[tuple[str, str, str]] = []  # page, template, state
        self.errors: list[LiterateError] = []

    @property
    def exit_code(self) -> int:
        """0 for none; the gravest of the errors otherwise."""
        return max((error.exit_code for error in self.errors), default=0)


class Project:
    """A workspace, its settings and the templates that a command is to deal with."""

    __slots__ = ("_all", "settings", "templates", "workspace")

    def __init__(self, workspace: Workspace, settings: Settings, narrowed: list[str]) -> None:
        self.workspace = workspace
        self.settings = settings
        self._all = workspace.templates(settings.exclude)
        self.templates = _narrow(self._all, narrowed, workspace.root)

    def sources(self) -> Sources:
        """The project's texts; its own pages are none."""
        return Sources(self.workspace.read, frozenset(map(page_of, self._all)))


def _narrow(templates: list[str], narrowed: list[str], root: str) -> list[str]:
    """Those of `templates` that are, or are woven into, or lie below one of the paths `narrowed`."""
    if not templates:
        message = f"no {TEMPLATE_NAME} in this project; write one, and `:INCLUDE path` in it shows a file"
        raise LiterateError(message, Location("."))
    if not narrowed:
        return templates
    kept: set[str] = set()
    for path in narrowed:
        found = [
            name
            for name in templates
            if path in ("", name, page_of(name)) or name.startswith(path.rstrip("/") + "/")
        ]
        if not found:
            raise UsageError(
                f"'{path}' is no {TEMPLATE_NAME}, no {PAGE_NAME} woven from one, and no folder above one"
            )
        kept.update(found)
    return sorted(kept)


def build(project: Project) -> Report:
    """Weave the templates and write each page that is not right yet; none at all where anything is wrong."""
    report = Report()
    pages = _weave(project, report)
    if report.errors:
        return report
    stale = [page for page in pages if not project.workspace.holds(page.page, page.pieces)]
    for page in stale:
        project.workspace.write(page.page, page.pieces)
    report.pages = [(page.page, page.template, WRITTEN if page in stale else FRESH) for page in pages]
    return report


def check(project: Project) -> Report:
    """Compare each page with what its template weaves; write nothing."""
    report = Report()
    for page in _weave(project, report):
        if page.errors:
            continue
        fresh = project.workspace.holds(page.page, page.pieces)
        report.pages.append((page.page, page.template, FRESH if fresh else STALE))
        if not fresh:
            report.errors.append(_stale(project, page))
    report.errors.sort(key=_order)
    return report


def _weave(project: Project, report: Report) -> list[Woven]:
    sources = project.sources()
    pages = [weave(template, sources, project.settings) for template in project.templates]
    report.errors = _distinct([error for page in pages for error in page.errors])
    return pages


def _distinct(errors: list[LiterateError]) -> list[LiterateError]:
    """`errors` in the order of their places, the same fault reached in several ways told once."""
    kept: dict[tuple[object, ...], LiterateError] = {}
    for error in errors:
        first = kept.setdefault((str(error.location), error.message), error)
        first.notes += tuple(note for note in error.notes if first is not error and note not in first.notes)
    return sorted(kept.values(), key=_order)


def _order(error: LiterateError) -> tuple[str, int, int]:
    return error.location.key if error.location else ("", 0, 0)


def _stale(project: Project, woven: Woven) -> StaleError:
    """The error for a page that differs: where it does first, and where that line comes from."""
    way_out = (None, f"`{project.settings.command}` writes it anew; edit {woven.template}, not the page")
    page = project.workspace.read_page(woven.page)
    if page is None:
        return StaleError(
            f"the page is missing; it is woven from {woven.template}", Location(woven.page), (way_out,)
        )
    offset, piece = first_difference(page, woven.pieces)
    place = Location.of_offset(woven.page, page, offset)
    message = f"stale: from here on it is not what {woven.template} weaves"
    notes = (_origin(project, woven, offset, piece), way_out) if piece else (way_out,)
    return StaleError(message, place, notes)


def _origin(project: Project, woven: Woven, offset: int, piece: Piece) -> tuple[Location, str]:
    """The line of a source that the page's byte at `offset`, in `piece`, comes from."""
    start = 0
    for other in woven.pieces:
        if other is piece:
            break
        start += len(other.data)
    lines = bytes(piece.data[: offset - start]).count(b"\n") if piece.verbatim else 0
    text = project.sources().get(piece.path).text if piece.path != woven.template else None
    text = project.workspace.read(piece.path) if text is None else text
    line = text.count(b"\n", 0, piece.offset) + 1 + lines
    return Location(piece.path, line), "this line comes from here"


def pin_templates(project: Project, accept: bool, every: bool) -> tuple[Report, list[Pinned]]:
    """Write pins into the templates and move those whose text has moved; nothing where anything is wrong."""
    report = Report()
    sources = project.sources()
    pinned = [pin(sources.template(path), sources, accept, every) for path in project.templates]
    report.errors = _distinct([error for template in pinned for error in template.errors])
    if not report.errors:
        for template in pinned:
            if template.changes:
                project.workspace.write(template.path, [Piece(template.text, template.path, 0)])
    return report, pinned
