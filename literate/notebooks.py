"""`export notebooks`: a page, and each of its sections that shows a script whole, as Jupyter notebooks.

Prose becomes Markdown cells and scripts code cells, with what they printed when they were recorded. Nothing is
run. The same sources give the same bytes.
"""

import re
from copy import copy
from hashlib import sha256
from posixpath import join, normpath, relpath
from urllib.parse import quote, unquote

from literate.build import weave_pages
from literate.code_cells import code_cells
from literate.colab import Repository, notebook_folder, page_notebook, section_notebooks
from literate.errors import LiterateError
from literate.headings import Heading, plain_text
from literate.links import definitions, missing_definitions, with_links, without_themes
from literate.model import Location, Settings
from literate.paths import folder_of
from literate.printed import lines_by_cell
from literate.project import Project, Report
from literate.recordings import Recordings
from literate.sections import Part, find_parts, find_sections
from literate.weave import Woven

try:
    import nbformat
    from nbformat import NotebookNode
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
except ImportError:
    message = "notebooks are written by nbformat: pip install 'literate-readme[notebooks]'"
    raise LiterateError(message) from None

_BANNER = re.compile("\\A\ufeff?<!-- Woven from .*? -->\\s*")
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def export(project: Project) -> Report:
    """Write the notebooks of the project's pages; none at all where anything is wrong."""
    report = Report()
    pages = weave_pages(_without_links(project), report)
    if report.errors:
        return report
    recordings = Recordings(project.sources(), project.settings)
    for woven in pages:
        for path, notebook in notebooks_of(woven, recordings, project.settings).items():
            fresh = project.workspace.exists(path) and project.workspace.read(path) == notebook
            if not fresh:
                project.workspace.write_bytes(path, notebook)
            report.pages.append((path, woven.template, "fresh" if fresh else "written"))
    return report


def _without_links(project: Project) -> Project:
    """`project`, whose pages do not link to the notebooks that they are about to become."""
    changed = copy(project)
    changed.settings = copy(project.settings)
    changed.settings.repository = ""
    return changed


def notebooks_of(woven: Woven, recordings: Recordings, settings: Settings) -> dict[str, bytes]:
    """The notebooks of a page that has no faults, as their files have them, by path.

    Raises LiterateError where the page shows no script whole that was recorded, or where one is no Python.
    """
    parts = find_parts(woven.pieces, recordings.sources)
    if not any(part.script for part in parts):
        message = "no recorded script is shown whole, outside of lists and quotes, so there is nothing to run"
        raise LiterateError(message, Location(woven.template))
    parts[0].text = _BANNER.sub("", parts[0].text)
    maker = _Maker(woven.page, parts, recordings, settings)
    made = {page_notebook(woven.page): maker.notebook([part for part in parts if part.text], None)}
    for path, section in section_notebooks(woven.page, find_sections(parts)).items():
        made[path] = maker.notebook(section.parts, section.heading)
    return made


class _Maker:
    """Makes the notebooks of one page."""

    def __init__(self, page: str, parts: list[Part], recordings: Recordings, settings: Settings) -> None:
        self.page = page
        self.recordings = recordings
        self.settings = settings
        self.repository = Repository.of(settings)
        self.folder = notebook_folder(page)
        self.definitions = definitions("\n\n".join(part.text for part in parts if not part.script))
        titles = (part.heading for part in parts if part.heading and part.heading.level == 1)
        title = next(titles, None)
        self.title = plain_text(title.markdown) if title else page

    def notebook(self, parts: list[Part], section: Heading | None) -> bytes:
        """The notebook of `parts`; where they are a `section`, it says of which page."""
        places = _Places(self, parts)
        cells: list[NotebookNode] = []
        for part in parts:
            if part.script:
                cells += self._code(part, sum(cell.cell_type == "code" for cell in cells))
            else:
                heads = part.heading is section and section is not None
                text = self._with_origin(part.text, part.heading) if heads else part.text
                cells.append(new_markdown_cell(places.prose(text)))
        for number, cell in enumerate(cells):
            cell.id = _cell_id(cells[:number], cell)
        notebook = new_notebook(cells=cells, metadata=_METADATA)
        nbformat.validate(notebook)
        # A name of a file may hold bytes that are no UTF-8, which a script may print; JSON can escape them.
        written: str = nbformat.writes(notebook)
        return (written + "\n").encode("utf-8", "backslashreplace")

    def _with_origin(self, text: str, heading: Heading | None) -> str:
        """`text`, which begins with `heading`, and below that where it is from."""
        assert heading is not None
        head, _, rest = text.partition("\n") if text.lstrip().startswith("#") else _underlined(text)
        title = re.sub(r"([\\`*_\[\]<>])", r"\\\1", self.title)
        page = quote(self.page.rpartition("/")[2])
        return f"{head}\n\n*A section of [{title}]({page}#{heading.anchor}).*\n{rest}"

    def _code(self, part: Part, count: int) -> list[NotebookNode]:
        """The cells of a script, `count` code cells standing in front of them."""
        recorded = self.recordings.get(part.script)
        sources = code_cells(part.text, part.script)
        printed = lines_by_cell(sources, recorded.lines, part.script)
        if recorded.arguments:
            sources[0] = f"import sys\n\nsys.argv = {[part.script, *recorded.arguments]!r}\n\n{sources[0]}"
        return [
            new_code_cell(
                source,
                execution_count=number,
                outputs=[new_output("stream", name="stdout", text=_joined(lines))] if lines else [],
            )
            for number, (source, lines) in enumerate(zip(sources, printed, strict=True), count + 1)
        ]


def _underlined(text: str) -> tuple[str, str, str]:
    """A heading that is underlined, and what follows it."""
    match = re.search(r"^[ ]{0,3}(?:=+|-+)[ \t]*$", text, re.MULTILINE)
    end = match.end() if match else 0
    return text[:end], "\n", text[end + 1 :]


def _joined(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _cell_id(before: list[NotebookNode], cell: NotebookNode) -> str:
    """An id that depends on the cell's text, and on how many such cells stand in front: stable, whatever else moves."""
    same = sum(other.source == cell.source and other.cell_type == cell.cell_type for other in before)
    return sha256(f"{cell.cell_type} {same} {cell.source}".encode("utf-8", "replace")).hexdigest()[:12]


class _Places:
    """Where the links of one notebook lead."""

    def __init__(self, maker: _Maker, parts: list[Part]) -> None:
        self.maker = maker
        self.headings = {part.heading.anchor: part.heading for part in parts if part.heading}

    def prose(self, text: str) -> str:
        """The prose `text` with links that work from the notebook's folder, and the definitions that they need."""
        added = missing_definitions(text, self.maker.definitions)
        text = "\n".join([text, "", *added]) if added else text
        return with_links(without_themes(text), self.target)

    def target(self, target: str, is_picture: bool) -> str:
        """`target`, as the page has it, for the notebook."""
        path, mark, fragment = target.partition("#")
        if not path and unquote(fragment) in self.headings:
            return "#" + _jupyter_anchor(self.headings[unquote(fragment)])
        return self._file(path or quote(self.maker.page.rpartition("/")[2]), is_picture) + mark + fragment

    def _file(self, path: str, is_picture: bool) -> str:
        """The quoted `path`, as the page has it, for the notebook: an address where Colab needs one."""
        folder = quote(folder_of(self.maker.page))
        from_root = normpath(path.lstrip("/") if path.startswith("/") else join(folder, path))
        slash = "/" if path.endswith("/") else ""
        repository = self.maker.repository
        if repository is not None and not from_root.startswith(".."):
            return repository.raw(from_root) if is_picture else repository.file(from_root) + slash
        return relpath(from_root, quote(self.maker.folder)) + slash


def _jupyter_anchor(heading: Heading) -> str:
    """The anchor that Jupyter gives to a heading: its text, hyphens for spaces."""
    return quote(plain_text(heading.markdown).replace(" ", "-"), safe="-_.!~*'();/?:@&=+$,")
