"""Where notebooks are kept, their addresses in Colab, and the links of a page to them.

A page has links where the setting `repository` names a repository on GitHub, which is where Colab opens notebooks
from, and where the page's notebook is in the tree. No notebook is then missing without an error.
"""

from urllib.parse import quote

from literate.errors import LiterateError, StaleError
from literate.model import Piece, Settings
from literate.origins import Origins
from literate.paths import folder_of
from literate.sections import Section, find_parts, find_sections
from literate.sources import Sources

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from literate.weave import Woven

FOLDER = "notebooks"
_GITHUB = "https://github.com/"
_COLAB = "https://colab.research.google.com/github/"
_RAW = "https://raw.githubusercontent.com/"
_BRANCH = "main"
_NAME_LENGTH = 100


class Repository:
    """A repository on GitHub, `https://github.com/owner/name`, with `/tree/BRANCH` behind it unless that is main."""

    def __init__(self, address: str) -> None:
        self.name, _, branch = address.removeprefix(_GITHUB).removesuffix("/").partition("/tree/")
        self.name = self.name.removesuffix(".git")
        self.branch = branch or _BRANCH

    @classmethod
    def of(cls, settings: Settings) -> "Repository | None":
        """The repository that `settings` name, if it is on GitHub."""
        return cls(settings.repository) if settings.repository.startswith(_GITHUB) else None

    def file(self, path: str) -> str:
        """Where GitHub shows the file, or folder, with the quoted path `path`."""
        return f"{_GITHUB}{self.name}/blob/{self.branch}/{path}"

    def raw(self, path: str) -> str:
        """Where the bytes of the file with the quoted path `path` are."""
        return f"{_RAW}{self.name}/{self.branch}/{path}"

    def colab(self, notebook: str) -> str:
        """Where Colab opens the notebook at `notebook`."""
        return f"{_COLAB}{self.name}/blob/{self.branch}/{quote(notebook)}"


def notebook_folder(page: str) -> str:
    """The folder of the notebooks of `page`."""
    return f"{FOLDER}/{folder_of(page)}".rstrip("/")


def page_notebook(page: str) -> str:
    """Where the notebook of all of `page` is kept: under the page's name."""
    return f"{FOLDER}/{page.removesuffix('.md')}.ipynb"


def section_notebooks(page: str, sections: list[Section]) -> dict[str, Section]:
    """The sections of `page` that show a script whole, by where the notebook of each is kept: under its anchor."""
    taken = {page_notebook(page).casefold()}
    named: dict[str, Section] = {}
    for section in sections:
        if not section.scripts:
            continue
        stem = section.heading.anchor[:_NAME_LENGTH] or "section"
        path, number = f"{notebook_folder(page)}/{stem}.ipynb", 1
        while path.casefold() in taken:  # some systems do not tell Readme.ipynb from README.ipynb
            number += 1
            path = f"{notebook_folder(page)}/{stem}-{number}.ipynb"
        taken.add(path.casefold())
        named[path] = section
    return named


def add_links(woven: "Woven", sources: Sources, settings: Settings) -> None:
    """Put below the heading of each section that has a notebook a link that opens it in Colab.

    A notebook that is missing is an error of the page.
    """
    repository = Repository.of(settings)
    if repository is None or not sources.exists(page_notebook(woven.page)):
        return
    sections = section_notebooks(woven.page, find_sections(find_parts(woven.pieces, sources)))
    missing = [notebook for notebook in sections if not sources.exists(notebook)]
    woven.errors += [_missing(notebook, sections[notebook], woven, sources) for notebook in missing]
    for notebook, section in reversed(sections.items()):  # so that what stands in front stays where it is
        _add_link(woven, section, f"[Open in Colab]({repository.colab(notebook)})")


def _missing(notebook: str, section: Section, woven: "Woven", sources: Sources) -> LiterateError:
    def text_of(path: str) -> bytes:
        return (sources.template(path) if path == woven.template else sources.get(path)).text

    place = Origins(woven.pieces, text_of).location_of(section.parts[0].start)
    message = f"'{notebook}', which this section links to, is missing; `export notebooks` writes it"
    return StaleError(message, place)


def _add_link(woven: "Woven", section: Section, link: str) -> None:
    """Put `link`, a paragraph of its own, below the heading of `section`."""
    part = section.parts[0]
    number, offset = _piece_at(woven.pieces, part.start)
    piece = woven.pieces[number]
    data = bytes(piece.data)
    lines = _heading_lines(part.text)
    end = offset
    for _ in range(lines):
        end = data.find(b"\n", end) + 1 or len(data)
    line_end = b"\r\n" if data[offset:end].endswith(b"\r\n") else b"\n"
    rest = [Piece(data[end:], piece.path, piece.offset + end, piece.kind)] if end < len(data) else []
    added = Piece(line_end + link.encode() + line_end, piece.path, piece.offset + offset)
    woven.pieces[number : number + 1] = [
        Piece(data[:end], piece.path, piece.offset, piece.kind),
        added,
        *rest,
    ]


def _heading_lines(text: str) -> int:
    """How many lines the heading at the start of `text` takes up."""
    lines = text.split("\n")
    if lines[0].lstrip().startswith("#"):
        return 1
    return next(number for number, line in enumerate(lines, 1) if not line.strip(" -=") and line.strip())


def _piece_at(pieces: list[Piece], offset: int) -> tuple[int, int]:
    """The piece that holds the byte at `offset` of the page, and where in it."""
    for number, piece in enumerate(pieces):
        if offset < len(piece.data):
            return number, offset
        offset -= len(piece.data)
    raise IndexError(offset)
