"""Links that lead nowhere: to a file, a line, a heading or an anchor that the project does not have.

Only what can be known without the network is said: an address with a scheme, and a path that leaves the
project, such as `../../issues`, are not followed. Paths and anchors are taken as GitHub takes them.
"""

from posixpath import normpath
from urllib.parse import unquote

from literate.errors import LiterateError, nearest
from literate.languages import is_markdown
from literate.model import Location
from literate.origins import Origins
from literate.paths import PAGE_NAME, folder_of, page_of, relative_link
from literate.project import Project
from literate.prose import may_hold_links, prose_pieces
from literate.references import Link, find_anchors, find_links
from literate.root import path_in_repository
from literate.weave import Woven, weave

_ALWAYS = ("", "top", "readme")  # the fragments that every page has: its top
_HINTS = 20  # links that the nearest name is looked for; with more of them dead, something else is wrong


def dead_links(project: Project, pages: list[Woven]) -> list[LiterateError]:
    """An error for each link of the `pages` that leads nowhere, at the place it comes from."""
    targets = _Targets(project, pages)
    followed = [page for page in pages if not page.errors and may_hold_links(page.pieces)]
    return [error for page in followed for error in _of_page(page, targets)]


def _of_page(page: Woven, targets: "_Targets") -> list[LiterateError]:
    kept = prose_pieces(page.pieces)
    prose = b"".join([piece.data for piece in kept])
    origins = Origins(kept, targets.text_of)
    errors = []
    for link in find_links(prose):
        message = targets.fault(page.page, link)
        if message:
            errors.append(_error(page, message, link, origins, targets))
    return errors


def _error(page: Woven, message: str, link: Link, origins: Origins, targets: "_Targets") -> LiterateError:
    place = origins.location_of(link.offset) or Location(page.template)
    error = LiterateError(f"dead link '{link.address}': {message}", place)
    path = _path_of(folder_of(place.path), link.address)
    if folder_of(place.path) != folder_of(page.page) and path is not None and targets.exists(path):
        there = relative_link(folder_of(page.page), path)
        error.note(
            None, f"it is relative to {page.page}, where this text is included; from there it is '{there}'"
        )
    return error


def _path_of(folder: str, address: str) -> str | None:
    """The path from the root that `address` on a page in `folder` leads to; None where it leaves the project."""
    path = unquote(address.partition("#")[0].partition("?")[0])
    if path.startswith("/"):
        return normpath(path).strip("/")
    joined = normpath(f"{folder or '.'}/{path}")
    if joined == ".":
        return ""
    return None if joined.partition("/")[0] == ".." else joined


class _Targets:
    """What links can lead to."""

    def __init__(self, project: Project, pages: list[Woven]) -> None:
        self._workspace = project.workspace
        self._settings = project.settings
        self._sources = project.sources()
        self._templates = {page_of(template): template for template in project.all_templates}
        self._woven = {page.page: page for page in pages}
        self._prefix = path_in_repository(project.workspace.root)
        self._anchors: dict[str, dict[str, str] | None] = {}
        self._told: dict[tuple[str, str], str] = {}
        self._hints = 0

    def text_of(self, path: str) -> bytes:
        """The text of a source as it was woven."""
        in_template = path in self._templates.values()
        return (self._sources.template(path) if in_template else self._sources.get(path)).text

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder at `path`, or a page that is woven there."""
        return not path or path in self._templates or self._workspace.exists(path)

    def fault(self, page: str, link: Link) -> str:
        """What is wrong with a link of `page`; nothing for one that leads somewhere, or where nobody knows."""
        key = (folder_of(page) if not link.address.startswith("#") else page, link.address)
        if key not in self._told:
            self._told[key] = self._fault(page, link)
        return self._told[key]

    def _fault(self, page: str, link: Link) -> str:
        address = link.address
        if _is_followed_by_others(address):
            return ""
        if address.startswith("/") and self._prefix:
            if not address.startswith(f"/{self._prefix}/"):
                return ""
            address = address.removeprefix(f"/{self._prefix}")
        path = page if address.startswith(("#", "?")) or not address else _path_of(folder_of(page), address)
        if path is None:
            return ""
        if not self.exists(path):
            return f"no file '{path}'{self._near(page, path)}"
        return self._fragment_fault(path, address.partition("#")[2])

    def _fragment_fault(self, path: str, fragment: str) -> str:
        name = unquote(fragment)
        if name in _ALWAYS:
            return ""
        if self._workspace.is_folder(path):
            path = f"{path}/{PAGE_NAME}".lstrip("/")
            if not self.exists(path):
                return ""
        last = _last_line(name)
        if last:
            count = self._line_count(path)
            return f"'{path}' has {count} lines" if count is not None and last > count else ""
        anchors = self._anchors_of(path) if is_markdown(path) else None
        if anchors is None or _bare(name) in anchors or _is_made_by_github(name):
            return ""
        hint = nearest(_bare(name), list(anchors)) if self._may_hint() else ""
        hint = hint.replace(" is '", " is '#")
        return f"no heading or anchor of {path} has that name{hint}"

    def _near(self, page: str, path: str) -> str:
        """The nearest file, as a link from `page` writes it."""
        hint = nearest(path, [*self._workspace.files(), *self._templates]) if self._may_hint() else ""
        before, quote, rest = hint.partition("'")
        return f"{before}'{relative_link(folder_of(page), rest.removesuffix(quote))}'" if hint else ""

    def _may_hint(self) -> bool:
        self._hints += 1
        return self._hints <= _HINTS

    def _line_count(self, path: str) -> int | None:
        """How many lines the file `path` has; None where it is no text."""
        try:
            data = self._page(path) if path in self._templates else self._sources.get(path).text
        except LiterateError:
            return None
        return None if data is None else data.count(b"\n")

    def _anchors_of(self, path: str) -> dict[str, str] | None:
        """The anchors of the Markdown file `path`, in small letters too; None where they cannot be known."""
        if path not in self._anchors:
            try:
                text = self._page(path) if path in self._templates else self._sources.get(path).text
            except LiterateError:
                text = None
            found = None if text is None else find_anchors(text)
            self._anchors[path] = None if found is None else {_bare(name): name for name in found}
        return self._anchors[path]

    def _page(self, path: str) -> bytes | None:
        """The page `path` as it should be; None where its template is wrong."""
        if path not in self._woven:
            self._woven[path] = weave(self._templates[path], self._sources, self._settings)
        woven = self._woven[path]
        return None if woven.errors else b"".join([piece.data for piece in prose_pieces(woven.pieces)])


def _is_followed_by_others(address: str) -> bool:
    """Whether `address` has a scheme or a host."""
    scheme, colon, _ = address.partition(":")
    return address.startswith("//") or bool(colon and scheme.replace("+", "").replace("-", "").isalnum())


def _bare(name: str) -> str:
    """A fragment as GitHub looks it up: whatever the case, and with the prefix that it puts in front of ids."""
    return name.lower().removeprefix("user-content-")


def _is_made_by_github(name: str) -> bool:
    """Whether a fragment is one of those that GitHub makes for footnotes."""
    return _bare(name).startswith(("fn-", "fnref-"))


def _last_line(name: str) -> int:
    """The last line that a fragment such as `L10` or `L10C2-L20C4` names; 0 where it names none."""
    last = name.rpartition("-")[2] if name.startswith("L") else ""
    number = last.removeprefix("L").partition("C")[0]
    return int(number) if last.startswith("L") and number.isdecimal() and len(number) < 10 else 0
