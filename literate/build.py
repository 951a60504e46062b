"""Building and checking pages. Decides; neither parses nor opens files."""

from literate.errors import LiterateError, UnrecordedError
from literate.model import Location
from literate.project import Project, Report
from literate.sources import Sources
from literate.weave import Woven, weave

WRITTEN, FRESH, STALE = "written", "fresh", "stale"


def build(project: Project) -> Report:
    """Weave the templates and write each page that is not right yet; none at all where anything is wrong."""
    report = Report()
    pages = linked_pages(project, report)
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
    pages = linked_pages(project, report)
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
    """What is wrong with pages that weave: they are longer than what is shown of them, or a link is dead."""
    errors = []
    limit = project.settings.limit
    for page in pages:
        size = sum([len(piece.data) for piece in page.pieces])
        if limit and size > limit and not page.errors:
            message = f"{page.page} is {size:,} bytes long, over the limit of {limit:,}; GitHub shows 512,000 of a README"
            way_out = "split it, or set `limit` in [tool.literate], 0 for none, where it is read elsewhere"
            errors.append(LiterateError(message, Location(page.template), ((None, way_out),)))
    if project.settings.links:
        from literate.dead_links import dead_links  # imports what building has no use for

        errors += dead_links(project, pages)
    return errors


def linked_pages(project: Project, report: Report) -> list[Woven]:
    """Every page as it should be, with links to its notebooks where the settings name the repository."""
    pages = weave_pages(project, report)
    if project.settings.repository:
        from literate.colab import add_links  # imports `re` and `ast`

        sources = project.sources()
        for page in pages:
            if not page.errors:
                add_links(page, sources, project.settings)
                report.add(page.errors)
    return pages


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
    shown = {path: place for page in reversed(pages) for path, place in page.shown().items()}
    named = {example for page in pages for example in page.examples}
    examples = sorted(named.union(project.listed_examples()))
    errors = [fault for example in examples if (fault := recordings.fault(example))]
    for error in errors:
        if error.location and error.location.path in shown:
            error.note(shown[error.location.path], "shown here")
    claims = [claim for page in pages for claim in page.claims]
    return errors + false_claims(claims, examples, recordings)
