"""Where the links and pictures of a page lead once it is part of a site.

A page keeps its place: `docs/README.md` becomes `docs/index.html`, and the files that it links to lie beside it
as in the project, or on the web where the settings name the repository. A link that leads nowhere is none.
"""

from collections.abc import Callable
from posixpath import normpath
from urllib.parse import quote, unquote, urlsplit

from literate.colab import Repository
from literate.paths import PAGE_NAME, folder_of, relative_link

INDEX = "index.html"
FILE, FOLDER, NEITHER = "file", "folder", ""
SCHEMES = frozenset(("http", "https", "mailto"))
# What a browser shows and never runs. All other files get `.txt` behind their names, so that no template is found
# in the site either.
_AS_THEY_ARE = (
    ".avif",
    ".csv",
    ".gif",
    ".jpeg",
    ".jpg",
    ".json",
    ".png",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    ".webp",
)


class Links:
    """The links of one page, from its Markdown to the site; notes which files the site needs for them.

    `kind` says what is at a path of the project: a file, a folder, or neither.
    """

    def __init__(
        self, page: str, pages: frozenset[str], repository: Repository | None, kind: Callable[[str], str]
    ) -> None:
        self.folder = folder_of(page)
        self.copies: dict[str, str] = {}  # the path in the site of each file of the project that it needs
        self.pictures: dict[str, str] = {}  # the path in the project of each picture, by its address
        self._pages = pages
        self._repository = repository
        self._kind = kind

    def target(self, link: str) -> str | None:
        """The address that `link` has on the site; None where it leads nowhere."""
        if link.startswith("#"):
            return link
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        if parts.scheme or parts.netloc:
            return link if parts.scheme in SCHEMES or (not parts.scheme and parts.netloc) else None
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        path = self._path(parts.path)
        if path is None:
            return None
        page = f"{path}/{PAGE_NAME}".lstrip("/") if self._kind(path) == FOLDER else path
        if page in self._pages:
            return relative_link(self.folder, site_path(page)) + fragment
        if self._repository:
            return self._repository.file(quote(path)) + fragment
        return self._copy(path) if self._kind(path) == FILE else None

    def file(self, path: str) -> str:
        """The address of the project's file `path`: in the repository, else of its copy."""
        return self._repository.file(quote(path)) if self._repository else self._copy(path)

    def picture(self, link: str) -> str | None:
        """The address of the picture at `link`; None where it is not the project's, or no file of it."""
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        path = None if parts.scheme or parts.netloc else self._path(parts.path)
        if not path:
            return None
        address = self._copy(path)
        self.pictures[address] = path
        return address

    def _copy(self, path: str) -> str:
        self.copies[path] = path if path.lower().endswith(_AS_THEY_ARE) else f"{path}.txt"
        return relative_link(self.folder, self.copies[path])

    def _path(self, link: str) -> str | None:
        """The path from the root that `link` of the page means; None outside the project."""
        target = unquote(link)
        joined = target.lstrip("/") if target.startswith("/") else f"{self.folder}/{target}".lstrip("/")
        path = normpath(joined) if joined else self.folder
        if path == ".." or path.startswith("../") or "\0" in path:
            return None
        return "" if path == "." else path


def site_path(page: str) -> str:
    """The path in the site of the page `page`: the `index.html` of its folder."""
    return page.removesuffix(PAGE_NAME) + INDEX
