"""An extension of Python-Markdown: site generators resolve our directives as they build.

    markdown_extensions:
      - literate:
          root: .

MkDocs and Zensical say which page they are building, so that its paths are relative to its own folder; where nobody
says, they are relative to the root. What would keep `build-readme` from writing a page ends the build of the site.
"""

from __future__ import annotations

import os
import re
import sys
from base64 import b64encode
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from literate.errors import LiterateError, UsageError
from literate.headings import slug, unique
from literate.layout import Contents
from literate.model import MADE, Location, Piece, Settings
from literate.paths import folder_of, page_of, resolve
from literate.project import Report
from literate.report import error_lines
from literate.root import find_root
from literate.settings import PATH, has_settings, override
from literate.sources import Sources
from literate.weave import Woven, weave
from literate.workspace import Workspace

_BEFORE_WHITESPACE = 31  # priorities: here the text is as it was written, and no fence is code yet
_BEFORE_TOC = 6
_NAMELESS = "page.md"  # a text of which nobody says what file it is
_LINK = re.compile(rb'(?<= )(src|srcset)="([^"]+\.svg)"')
_KEPT_ELSEWHERE = re.compile("\x02[^\x03]*\x03")  # Python-Markdown's marks for raw HTML in a heading
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class LiterateExtension(Extension):
    """Weaves each page before Python-Markdown reads it."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "root": ["", "The project's root; by default the nearest folder with settings, else with .git."],
            "anchors": [True, "Give headings the anchors that GitHub gives them, to which `:TOC` links."],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the weaving and the anchors."""
        weaving = _Weaving(md, os.fspath(self.getConfig("root")))
        md.preprocessors.register(weaving, "literate", _BEFORE_WHITESPACE)
        if self.getConfig("anchors"):
            md.treeprocessors.register(_Anchors(md), "literate_anchors", _BEFORE_TOC)


def makeExtension(**options: Any) -> LiterateExtension:
    """The extension, for those that name it by its module."""
    return LiterateExtension(**options)


class _Weaving(Preprocessor):
    def __init__(self, md: Markdown, root: str) -> None:
        super().__init__(md)
        self._root = root

    def run(self, lines: list[str]) -> list[str]:
        """The lines of the woven page. Raises what ends the build where anything is wrong."""
        file = _file_of(self.md)
        root = self._root or "."
        try:
            if not self._root:
                root = find_root(os.path.dirname(file) if file else ".", has_settings)
            page = _Page(Workspace(root), file)
            text = page.woven("\n".join(lines))
        except LiterateError as error:
            raise _failure([error], root) from None
        if page.errors:
            raise _failure(page.errors, root)
        return text.split("\n")


class _Page:
    """A page that is being built: its path from the root, and what is wrong with it."""

    def __init__(self, workspace: Workspace, file: str) -> None:
        self.path = _NAMELESS
        if file:
            with suppress(UsageError):  # a page that a plugin made, and keeps in a folder of its own
                self.path = workspace.relative(file)
        self.errors: list[LiterateError] = []
        self._workspace = workspace

    def woven(self, text: str) -> str:
        """`text` woven; as it is where it is a page that `build-readme` wrote."""
        settings = self._settings()
        pages = frozenset(map(page_of, self._workspace.templates(settings.exclude)))
        if self.path in pages:
            return text
        data = text.encode()
        texts = Sources(self._workspace.read, pages, self._workspace.exists).with_text(self.path, data)
        page = weave(self.path, texts, settings)
        self.errors = page.errors or _faults(page, texts, settings)
        self._restore_places(data)
        return b"".join(self._for_site(piece) for piece in page.pieces).decode()

    def _settings(self) -> Settings:
        data = self._workspace.read(PATH) if self._workspace.exists(PATH) else b""
        return override(data, ["banner=false"])

    def _restore_places(self, data: bytes) -> None:
        """Count the lines of front matter, which generators keep to themselves."""
        if not self.errors or not self._workspace.exists(self.path):
            return
        whole = self._workspace.read(self.path).replace(b"\r\n", b"\n").rstrip()
        front = whole.removesuffix(data.rstrip())
        for error in self.errors if front != whole else []:
            error.location = self._moved(error.location, front.count(b"\n"))
            error.notes = tuple((self._moved(place, front.count(b"\n")), note) for place, note in error.notes)

    def _moved(self, place: Location | None, lines: int) -> Location | None:
        if place is None or place.path != self.path or not place.line:
            return place
        return Location(place.path, place.line + lines, place.column)

    def _for_site(self, piece: Piece) -> bytes:
        """The bytes of `piece` as Python-Markdown and a site want them."""
        data = bytes(piece.data)
        if isinstance(piece, Contents):
            return _deeper(data, piece.prefix)
        if piece.kind == MADE and data.lstrip(b" \t>").startswith((b"<picture>", b"<img ")):
            return _LINK.sub(self._inlined, data)
        return data

    def _inlined(self, link: re.Match[bytes]) -> bytes:
        """A link to a picture, as the picture itself: a site holds only the files of its own folder."""
        from urllib.parse import unquote

        try:
            picture = self._workspace.read(resolve(folder_of(self.path), unquote(link[2].decode())))
        except LiterateError:
            return link[0]  # not one of ours: an address, or a file of the site
        return link[1] + b'="data:image/svg+xml;base64,' + b64encode(picture) + b'"'


def _deeper(contents: bytes, prefix: bytes) -> bytes:
    """A table of contents indented by four where GitHub needs two: less is no nested list to Python-Markdown."""
    lines = []
    for line in contents.split(b"\n"):
        entry = line.removeprefix(prefix)
        indent = len(entry) - len(entry.lstrip(b" "))
        lines.append(line[: len(line) - len(entry)] + b" " * indent + entry)
    return b"\n".join(lines)


def _faults(page: Woven, texts: Sources, settings: Settings) -> list[LiterateError]:
    """What is wrong with the recordings that `page` shows and with its claims."""
    if not page.examples:
        return []
    from literate.claims import false_claims
    from literate.recordings import Recordings

    recordings = Recordings(texts, settings)
    stale = [fault for example in page.examples if (fault := recordings.fault(example))]
    return stale + false_claims(page.claims, page.examples, recordings)


def _file_of(md: Markdown) -> str:
    """The file of the page that `md` is building, as far as its generator says; else the empty string."""
    for processor in (*md.treeprocessors, *md.preprocessors):
        file = getattr(getattr(processor, "file", None), "abs_src_path", None)  # MkDocs
        if file:
            return str(file)
        page = getattr(getattr(processor, "page", None), "path", None)  # Zensical
        if page:
            folder = getattr(processor, "config", {}).get("docs_dir", "")
            return os.path.join(str(folder), str(page))
    return ""


def _failure(errors: list[LiterateError], root: str) -> Exception:
    """What ends the build, with all of `errors`: in MkDocs, an error that it shows without a traceback."""
    here = os.path.relpath(os.path.realpath(root))
    report = Report()
    report.add(errors)
    lines = (
        error_lines(error, lambda path: os.path.normpath(os.path.join(here, path))) for error in report.errors
    )
    text = "\n".join(line for error in lines for line in error)
    mkdocs = sys.modules.get("mkdocs.exceptions")
    failure: Exception = mkdocs.BuildError(text) if mkdocs else LiterateError(text)
    return failure


class _Anchors(Treeprocessor):
    def run(self, root: Element) -> None:
        """Give each heading without an id GitHub's anchor."""
        taken = {element.get("id", ""): 0 for element in root.iter() if element.get("id")}
        for heading in root.iter():
            if heading.tag in _HEADINGS and not heading.get("id"):
                text = _KEPT_ELSEWHERE.sub(_restored, "".join(heading.itertext()))
                heading.set("id", unique(slug(text.strip()), taken))


def _restored(mark: re.Match[str]) -> str:
    """The character behind a backslash, for which Python-Markdown puts its number between marks."""
    number = mark[0][1:-1]
    return chr(int(number)) if number.isdecimal() else ""
