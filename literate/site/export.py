"""`export html`: the woven pages as a static site in the folder `site`. Runs nothing."""

from functools import partial

from literate.build import FRESH, WRITTEN, weave_pages
from literate.colab import Repository
from literate.errors import LiterateError
from literate.history import History
from literate.layout import Contents
from literate.model import Location, Piece
from literate.origins import Origins
from literate.paths import folder_of, page_of, relative_link
from literate.project import Project, Report
from literate.recording import FOLDER as RECORDINGS
from literate.recording import recording_path
from literate.recordings import Recordings
from literate.weave import Woven
from literate.workspace import Workspace

try:
    from literate.site.document import ASSETS, Documents, asset, colophon, contents_of, title_of
    from literate.site.links import FILE, FOLDER, NEITHER, Links, site_path
    from literate.site.listing import Listings, Run
    from literate.site.pictures import check_drawing, picture_size
    from literate.site.rendering import Rendering
except ImportError as error:
    package = f"a site is made by packages that are not installed ({error.name} is missing)"
    raise LiterateError(f"{package}: pip install 'literate-readme[html]'") from None

SITE = "site"


def export(project: Project) -> Report:
    """Write the site; none of it where anything is wrong. Files that are right already are not touched."""
    report = Report()
    site = make_site(project, weave_pages(project, report), report)
    if report.errors:
        return report
    templates = {site_path(page_of(template)): template for template in project.templates}
    for path, data in sorted(site.items()):
        place = f"{SITE}/{path}"
        fresh = project.workspace.holds(place, [Piece(data, place, 0)])
        if not fresh:
            project.workspace.write_bytes(place, data)
        if path in templates:
            report.pages.append((place, templates[path], FRESH if fresh else WRITTEN))
    return report


def make_site(project: Project, pages: list[Woven], report: Report) -> dict[str, bytes]:
    """The files of the site by their paths in it; what is wrong goes to the report."""
    maker = _Maker(project)
    titles = {}
    for woven in pages:
        if not woven.errors:
            try:
                rendering = maker.rendering(woven)
                titles[woven.page] = title_of(rendering.headings, woven.page)
            except LiterateError as error:
                report.add([error.at(Location(woven.template))])
    if report.errors:
        return {}
    try:
        return maker.files(titles)
    except LiterateError as error:
        report.add([error])
        return {}


class _Maker:
    """Makes the files of a site, page by page."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._sources = project.sources()
        self._recordings = Recordings(self._sources, project.settings)
        self._repository = Repository.of(project.settings)
        self._pages = frozenset(map(page_of, project.all_templates))
        self._days = History(project.workspace.root).days_of(RECORDINGS)
        self._rendered: dict[str, tuple[Rendering, list[Run]]] = {}
        self._copies: dict[str, bytes] = {}

    def rendering(self, woven: Woven) -> Rendering:
        """The page as HTML; what the site needs for it is noted. Raises LiterateError."""
        kind = partial(kind_of, self._project.workspace)
        links = Links(woven.page, self._pages, self._repository, kind)
        runs = {example: self._run(example) for example in woven.examples}
        origins = Origins(woven.pieces, lambda path: self._sources.get(path).text)
        listings = Listings(origins, self._sources, links, runs)
        page = b"".join(bytes(piece.data) for piece in woven.pieces)
        rendering = Rendering(page, listings, _contents(woven.pieces), links, self._picture_size)
        for path, place in links.copies.items():
            self._copy(path, place)
        self._rendered[woven.page] = rendering, list(runs.values())
        return rendering

    def files(self, titles: dict[str, str]) -> dict[str, bytes]:
        """All files of the site. Raises LiterateError."""
        documents = Documents(self._project.settings.site_template, self._project.workspace.read)
        made = {site_path(page): self._document(documents, page, titles) for page in self._rendered}
        return {**self._copies, **{name: asset(name) for name in ASSETS}, ".nojekyll": b"", **made}

    def _document(self, documents: Documents, page: str, titles: dict[str, str]) -> bytes:
        rendering, runs = self._rendered[page]
        folder = folder_of(page)
        pages = [
            {"title": title, "address": relative_link(folder, site_path(other)), "current": other == page}
            for other, title in titles.items()
        ]
        return documents.make(
            title=titles[page],
            body=rendering.body,
            contents=contents_of(rendering.headings),
            colophon=colophon(runs),
            pages=pages,
            repository=self._project.settings.repository,
            root="../" * len(folder.split("/")) if folder else "",
        )

    def _run(self, example: str) -> Run:
        return Run(self._recordings.get(example), self._days.get(recording_path(example), ""))

    def _copy(self, path: str, place: str) -> None:
        data = self._project.workspace.read(path)
        check_drawing(path, data)
        if self._copies.setdefault(place, data) != data:
            raise LiterateError(f"two files would be '{place}' of the site; rename '{path}'")

    def _picture_size(self, path: str) -> tuple[int, int] | None:
        return picture_size(path, self._project.workspace.read(path))


def kind_of(workspace: Workspace, path: str) -> str:
    """What is at `path` of the project: a file, a folder, or neither."""
    if workspace.is_folder(path):
        return FOLDER
    return FILE if workspace.exists(path) else NEITHER


def _contents(pieces: list[Piece]) -> dict[int, int]:
    """The page's lines, from 0, at which tables of contents begin, and how many lines each has."""
    found: dict[int, int] = {}
    line = 0
    for piece in pieces:
        count = bytes(piece.data).count(b"\n")
        if isinstance(piece, Contents) and count:
            found[line] = count
        line += count
    return found
