"""Building and checking pages. Decides; neither parses nor opens files."""

from literate.errors import LiterateError, UnrecordedError
from literate.model import Location
from literate.project import Project, Report
from literate.prose import may_hold_links
from literate.root import in_repository
from literate.sources import Sources
from literate.weave import Woven, examples_of, shown_by, weave

WRITTEN, FRESH, STALE = "written", "fresh", "stale"


def build(project: Project) -> Report:
    """Weave the templates and write each page that is not right yet; none at all where anything is wrong."""
    report = Report()
    pages = weave_pages(project, report)
    if report.errors:
        return report
    stale = [page for page in pages if not project.workspace.holds(page.page, page.pieces)]
    for page in pages:
        if page in stale:
            project.workspace.write(page.page, page.pieces)
        else:
            project.workspace.tidy(page.page)
    report.pages = [(page.page, page.template, WRITTEN if page in stale else FRESH) for page in pages]
    return report


def check(project: Project) -> Report:
    """Compare each page with what its template weaves; write nothing."""
    report = Report()
    pages = weave_pages(project, report)
    report.add(_page_faults(project, pages))
    for page in pages:
        if page.errors:
            continue
        fresh = project.workspace.holds(page.page, page.pieces)
        report.pages.append((page.page, page.template, FRESH if fresh else STALE))
        if not fresh:
            from literate.staleness import stale_error  # imports `difflib` and `subprocess`

            report.add([stale_error(project, page)])
    return report


def _page_faults(project: Project, pages: list[Woven]) -> list[LiterateError]:
    """What is wrong with pages that weave: one is longer than what GitHub shows of it, or a link is dead.

    Nothing where there is no repository: GitHub will not show such pages, nor is it known what stands around them.
    """
    if not in_repository(project.workspace.root):
        return []
    errors = [error for page in pages if (error := _too_long(page, project.settings.limit))]
    if project.settings.links and any(may_hold_links(page.pieces) for page in pages):
        from literate.dead_links import dead_links  # imports `re` and `unicodedata`

        errors += dead_links(project, pages)
    return errors


def _too_long(page: Woven, limit: int) -> LiterateError | None:
    size = sum([len(piece.data) for piece in page.pieces])
    if page.errors or not limit or size <= limit:
        return None
    message = (
        f"{page.page} is {size:,} bytes long, over the limit of {limit:,}; GitHub shows 512,000 of a README"
    )
    way_out = "split it, or set `limit` in [tool.literate], 0 for none, where it is read elsewhere"
    return LiterateError(message, Location(page.template), ((None, way_out),))


def weave_pages(project: Project, report: Report) -> list[Woven]:
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
    shown = shown_by(pages)
    examples = sorted(examples_of(pages).union(project.listed_examples()))
    errors = [fault for example in examples if (fault := recordings.fault(example))]
    for error in errors:
        if error.location and error.location.path in shown:
            error.note(shown[error.location.path], "shown here")
    claims = [claim for page in pages for claim in page.claims]
    return errors + false_claims(claims, examples, recordings)
