"""What the preview shows: the site as the sources stand, and what is wrong with them."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b

from literate.build import weave_pages
from literate.colab import Repository
from literate.errors import LiterateError, StaleError, UnrecordedError
from literate.paths import page_of
from literate.preview.github import github_page
from literate.project import Project, Report
from literate.report import error_lines
from literate.site.export import kind_of, make_site
from literate.site.links import Links, site_path
from literate.site.pictures import picture_size
from literate.weave import Woven


@dataclass(frozen=True)
class Shown:
    """The files of the site and of its pages as GitHub shows them, by their paths in the site.

    `examples` are those that can be run.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    github: dict[str, bytes] = field(default_factory=dict)
    errors: tuple[LiterateError, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def stale(self) -> list[str]:
        """The examples that have to be run for a page to be right."""
        return sorted(filter(None, set(map(self.example_of, self.errors))))

    def example_of(self, error: LiterateError) -> str:
        """The example that has to be run to mend `error`; empty where that does not."""
        example = error.location.path if error.location and isinstance(error, StaleError) else ""
        if isinstance(error, UnrecordedError):
            example = error.example
        return example if example in self.examples else ""

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each file by its address; `?github` is behind that of a page as GitHub shows it."""
        files = {f"/{path}": data for path, data in self.files.items()}
        github = {f"/{path}?github": data for path, data in self.github.items()}
        return {path: blake2b(data, digest_size=8).hexdigest() for path, data in (files | github).items()}

    def broken(self, error: LiterateError) -> "Shown":
        """The same pages, with what keeps newer ones from being shown."""
        return replace(self, errors=(error,))


def show(project: Project, before: Shown) -> Shown:
    """What to show of `project` after what was shown `before`. Raises LiterateError.

    Where no new site can be made, the files are those from before. What is merely stale, such as the recording of
    a script that has just been edited, keeps nothing from being shown.
    """
    report, of_site = Report(), Report()
    woven = weave_pages(project, report)
    named = {example for page in woven for example in page.examples}
    examples = tuple(sorted(named.union(project.listed_examples())))
    files: dict[str, bytes] = {}
    if not any(page.errors for page in woven):
        files = make_site(project, woven, of_site)
    report.add([error for error in of_site.errors if message_of(error) not in map(message_of, report.errors)])
    errors = tuple(report.errors)
    if not files:
        return Shown(before.files, before.github, errors, examples)
    github = {site_path(page.page): _github(project, page, files) for page in woven}
    return Shown(files, github, errors, examples)


def message_of(error: LiterateError) -> str:
    """The line of `error`."""
    return error_lines(error, str)[0]


def _github(project: Project, page: Woven, files: dict[str, bytes]) -> bytes:
    workspace = project.workspace
    pages = frozenset(map(page_of, project.all_templates))
    links = Links(page.page, pages, Repository.of(project.settings), lambda path: kind_of(workspace, path))
    text = b"".join(bytes(piece.data) for piece in page.pieces)

    def size(address: str) -> tuple[int, int] | None:
        path = links.pictures[address]
        return picture_size(path, files.get(links.copies[path], b""))

    return github_page(text, page.page, links, size)
