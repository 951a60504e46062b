"""The links, images and anchors that a Markdown page holds, in Markdown and in HTML, none of them inside code."""

import re
from collections.abc import Iterator

from literate.blocks import HTML
from literate.code_spans import CodeSpans
from literate.headings import find_headings, plain_text, slug
from literate.passages import Passage, passages

_ABSOLUTE = (b"http://", b"https://", b"mailto:")
_SPECIAL = re.compile(rb"[\\`<\[\]]")
_DESTINATION = re.compile(
    rb"""[ \t]*\n?[ \t]*
    (?: <((?:[^<>\n\\]|\\.)*)>  |  ((?:[^\s\\()]|\\.|\((?:[^\s\\()]|\\.|\([^\s()]*\))*\))*) )""",
    re.VERBOSE | re.DOTALL,
)
_TITLE = rb"""(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?"""
_CLOSE = re.compile(_TITLE + rb"\s*\)", re.DOTALL)
_DEFINITION = re.compile(rb" {0,3}\[(?!\^)(?:[^\[\]\\]|\\.)+\]:", re.DOTALL)
_END_OF_LINE = re.compile(_TITLE + rb"[ \t]*(?:\n|\Z)", re.DOTALL)
_TAG = re.compile(
    rb"""<([A-Za-z][A-Za-z0-9-]*)
    ((?:\s+[A-Za-z_:@][\w.:-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*/?>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(rb"""([A-Za-z_:][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML_HEADING = re.compile(rb"<h([1-6])(?:\s[^>]{0,500})?>(.{0,2000}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_DELIMITERS = re.compile(rb"^(?=[ |:]*-)[ |:-]+$", re.MULTILINE)  # below the head of a table
_CANDIDATE = re.compile(rb"[\s,]*(\S*[^\s,])[^,]*")  # of a `srcset`
_ESCAPE = re.compile(rb"\\([!-/:-@\[-`{-~])")
_TEXT, _LINK, _IMAGE = range(3)
_ADDRESSES = {  # the attributes that hold one, by tag
    b"a": (b"href",),
    b"img": (b"src", b"srcset"),
    b"source": (b"src", b"srcset"),
    b"video": (b"src", b"poster"),
}


class Link:
    """A link or an image: its address as the page means it, and the offset on the page where it is written."""

    __slots__ = ("address", "image", "offset")

    def __init__(self, address: str, offset: int, image: bool) -> None:
        self.address = address
        self.offset = offset
        self.image = image


def find_links(page: bytes) -> list[Link]:
    """The links and images of the Markdown text `page`, in order, but for addresses of the web and of mail."""
    found = [link for passage in passages(page, _link_marks(page)) for link in _links(passage)]
    return [link for link in found if not link.address.encode().lower().startswith(_ABSOLUTE)]


def find_anchors(page: bytes) -> set[str]:
    """What a fragment can name on the Markdown text `page`: its headings, those in HTML too, and `id` and `name`."""
    anchors = {heading.anchor for heading in find_headings(page)}
    if b"<" not in page:
        return anchors
    marks = (*_places(page, b"id="), *_places(page, b"name="), *_tag_places(page, (b"h",)))
    for passage in passages(page, marks):
        for tag in _tags(passage):
            values = (value for name, value, _ in _attributes(tag) if name in (b"id", b"name"))
            anchors.update(value.decode("utf-8", "replace") for value in values)
        if passage.kind == HTML:
            for heading in _HTML_HEADING.finditer(passage.text):
                text = " ".join(plain_text(heading[2].decode("utf-8", "replace")).split())
                anchors |= _numbered(slug(text), anchors)
    return anchors


def _numbered(anchor: str, taken: set[str]) -> set[str]:
    """The anchors that one more heading with `anchor` may get, whichever comes first on the page."""
    number = 1
    while f"{anchor}-{number}" in taken:
        number += 1
    return {anchor, f"{anchor}-{number}"} if anchor in taken else {anchor}


def _link_marks(page: bytes) -> Iterator[int]:
    """Where the page may hold a link: few places, found without looking at each line."""
    for at in _places(page, b"]("):
        if not page.startswith(_ABSOLUTE, at + 2):
            yield at
    yield from _places(page, b"]:")
    yield from _tag_places(page, tuple(_ADDRESSES))


def _places(page: bytes, mark: bytes) -> Iterator[int]:
    at = page.find(mark)
    while at >= 0:
        yield at
        at = page.find(mark, at + 1)


def _tag_places(page: bytes, names: tuple[bytes, ...]) -> Iterator[int]:
    for at in _places(page, b"<"):
        if page[at + 1 : at + 8].lower().startswith(names):
            yield at


def _links(passage: Passage) -> Iterator[Link]:
    at = 0
    while passage.kind != HTML and (destination := _definition(passage.text, at)):
        yield _link(passage, destination, image=False)
        at = _end_of_definition(passage.text, destination.end())
    if passage.kind == HTML:
        for tag in _tags(passage):
            yield from _tag_links(passage, tag)
        return
    for match, image in _inline(passage.text, at):
        if match.re is _TAG:
            yield from _tag_links(passage, match)
        else:
            yield _link(passage, match, image)


def _definition(text: bytes, at: int) -> re.Match[bytes] | None:
    """The destination of the link reference definition that begins at `at`, if one does."""
    label = _DEFINITION.match(text, at)
    destination = label and _DESTINATION.match(text, label.end())
    if not destination or not (destination[1] or destination[2]):
        return None
    return destination if _END_OF_LINE.match(text, destination.end()) else None


def _end_of_definition(text: bytes, at: int) -> int:
    end = _END_OF_LINE.match(text, at)
    return end.end() if end else at


def _tags(passage: Passage) -> Iterator[re.Match[bytes]]:
    """The tags of a passage that are neither in code nor in a comment."""
    if passage.kind != HTML:
        yield from (match for match, _ in _inline(passage.text, 0) if match.re is _TAG)
        return
    comments = [match.span() for match in _COMMENT.finditer(passage.text)]
    for match in _TAG.finditer(passage.text):
        if not any(start <= match.start() < end for start, end in comments):
            yield match


def _inline(text: bytes, at: int) -> Iterator[tuple[re.Match[bytes], bool]]:
    """The destinations of links, and the tags, of running text from `at` on, none of them in code or comments.

    Each with whether it is an image's. A link cannot hold another one, but an image.
    """
    table = b"|" in text and _DELIMITERS.search(text) is not None
    opened: list[int] = []  # of each bracket: what it may be
    outside = 0  # so many of them are around a link, and so are none themselves
    spans: CodeSpans | None = None
    while match := _SPECIAL.search(text, at):
        start, at = match.span()
        if match[0] == b"\\":
            at += 1
        elif match[0] == b"`":
            spans = spans or CodeSpans(text)
            limit = text.find(b"\n", start) if table else -1  # a cell ends with its line
            at = spans.behind(start, len(text) if limit < 0 else limit)
        elif match[0] == b"[":
            opened.append(_IMAGE if text[start - 1 : start] == b"!" else _LINK)
        elif match[0] == b"<":
            tag = _COMMENT.match(text, start) or _TAG.match(text, start)
            at = tag.end() if tag else at
            if tag and tag.re is _TAG:
                yield tag, False
        elif opened:
            what = opened.pop()
            if what == _LINK and len(opened) < outside:
                what = _TEXT
            outside = min(outside, len(opened))
            destination = _DESTINATION.match(text, at + 1) if text.startswith(b"(", at) else None
            close = destination and _CLOSE.match(text, destination.end())
            if destination and close and what != _TEXT:
                yield destination, what == _IMAGE
                if what == _LINK:
                    outside = len(opened)
                at = close.end()


def _tag_links(passage: Passage, tag: re.Match[bytes]) -> Iterator[Link]:
    """The addresses in a tag."""
    name = tag[1].lower()
    for attribute, value, at in _attributes(tag):
        if attribute in _ADDRESSES.get(name, ()):
            for address, offset in _candidates(value) if attribute == b"srcset" else [(value, 0)]:
                yield Link(_unescaped(address), passage.offset(at + offset), name != b"a")


def _attributes(tag: re.Match[bytes]) -> list[tuple[bytes, bytes, int]]:
    """The name, the value and where that stands, for each attribute of `tag` that has a value."""
    found = []
    for match in _ATTRIBUTE.finditer(tag.string, *tag.span(2)):
        group = next(number for number in (2, 3, 4) if match[number] is not None)
        found.append((match[1].lower(), match[group], match.start(group)))
    return found


def _candidates(srcset: bytes) -> list[tuple[bytes, int]]:
    """The addresses of a `srcset`, each of which may have a width or a density behind it, and where they stand."""
    return [(match[1], match.start(1)) for match in _CANDIDATE.finditer(srcset)]


def _link(passage: Passage, destination: re.Match[bytes], image: bool) -> Link:
    group = 1 if destination[1] is not None else 2
    address = _ESCAPE.sub(rb"\1", destination[group])
    return Link(_unescaped(address), passage.offset(destination.start(group)), image)


def _unescaped(address: bytes) -> str:
    text = address.decode("utf-8", "replace").strip()
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)
