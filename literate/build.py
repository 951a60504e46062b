"""Building and checking pages. Decides; neither parses nor opens files."""

from literate.errors import LiterateError, StaleError, UnrecordedError
from literate.model import MADE, Location, Piece
from literate.project import Project, Report
from literate.sources import Sources
from literate.weave import Woven, weave

WRITTEN, FRESH, STALE = "written", "fresh", "stale"


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
            report.add([_stale(project, page)])
    return report


def _weave(project: Project, report: Report) -> list[Woven]:
    """Every page as it should be; what is wrong with them, with recordings and with claims goes to the report."""
    sources = project.sources()
    pages = [weave(template, sources, project.settings) for template in project.templates]
    errors = [error for page in pages for error in page.errors]
    if project.settings.examples or any(page.examples for page in pages):
        errors = _unrecorded_once([*_recording_faults(project, pages, sources), *errors])
    report.add(errors)
    return pages


def _unrecorded_once(errors: list[LiterateError]) -> list[LiterateError]:
    """`errors`, where each example without a recording is told of once: every directive about it comes upon that."""
    kept: list[LiterateError] = []
    told: set[str] = set()
    for error in errors:
        if not isinstance(error, UnrecordedError) or error.example not in told:
            kept.append(error)
        if isinstance(error, UnrecordedError):
            told.add(error.example)
    return kept


def _recording_faults(project: Project, pages: list[Woven], sources: Sources) -> list[LiterateError]:
    """What is wrong with the recordings of the project's examples, and with what the pages claim of them."""
    from literate.claims import false_claims  # these import `json`, `hashlib` and `ast`
    from literate.recordings import Recordings

    recordings = Recordings(sources, project.settings)
    shown = {path: place for page in reversed(pages) for path, place in page.shown().items()}
    named = {example for page in pages for example in page.examples}
    examples = sorted(named.union(project.listed_examples()))
    errors = [fault for example in examples if (fault := recordings.fault(example))]
    for error in errors:
        if error.location and error.location.path in shown:
            error.note(shown[error.location.path], "shown here")
    claims = [claim for page in pages for claim in page.claims]
    return errors + false_claims(claims, examples, recordings)


def _stale(project: Project, woven: Woven) -> StaleError:
    """The error for a page that differs: where it does first, and where that line comes from."""
    way_out = (None, f"`{project.settings.command}` writes it anew; edit {woven.template}, not the page")
    page = project.workspace.read_page(woven.page)
    if page is None:
        message = f"the page is missing; it is woven from {woven.template}"
        return StaleError(message, Location(woven.page), (way_out,))
    from literate.compare import first_difference

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
    lines = bytes(piece.data[: offset - start]).count(b"\n") if piece.kind != MADE else 0
    sources = project.sources()
    in_template = piece.path in project.all_templates
    text = (sources.template(piece.path) if in_template else sources.get(piece.path)).text
    return Location(piece.path, text.count(b"\n", 0, piece.offset) + 1 + lines), "this line comes from here"
