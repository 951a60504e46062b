"""A page's headings, and the anchors that GitHub gives them.

The anchor is the heading's text in small letters, without what is neither letter, mark, digit, `_`, `-` nor
space, its spaces turned to hyphens; the second of the same name has `-1` behind it, and so on.
"""

import re
import unicodedata

from literate.blocks import HEADING, TEXT, UNDERLINE, Blocks

_LITERAL = re.compile(r"\\([!-/:-@\[-`{-~])|(?<!`)(`+)(?!`)(.*?[^`])\2(?!`)")  # an escape or a code span
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\](?:\([^)]*\)|\[[^\]]*\])")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->")
_EMPHASIS = re.compile(r"(\*+|~~)(?=\S)(.+?)(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_+)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_SLUG_CATEGORIES = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"))


class Heading:
    """A heading: its level from 1, its Markdown, its anchor, and whether a list or quote holds it."""

    __slots__ = ("anchor", "level", "markdown", "nested")

    def __init__(self, level: int, markdown: str, anchor: str, nested: bool) -> None:
        self.level = level
        self.markdown = markdown
        self.anchor = anchor
        self.nested = nested


def find_headings(page: bytes) -> list[Heading]:
    """The headings of the Markdown text `page`, in order, with their anchors."""
    blocks = Blocks()
    taken: dict[str, int] = {}
    headings = []
    paragraph: list[str] = []
    for line in page.split(b"\n"):
        line = line.rstrip(b"\r")
        kind = blocks.line(line)
        level, markdown = _heading(kind, blocks.body, paragraph)
        if level:
            anchor = _unique(slug(plain_text(markdown)), taken)
            headings.append(Heading(level, markdown, anchor, bool(blocks.containers)))
        if kind == TEXT:
            paragraph.append(blocks.body.decode("utf-8", "replace").strip())
        else:
            paragraph.clear()
    return headings


def _heading(kind: int, body: bytes, paragraph: list[str]) -> tuple[int, str]:
    """The level and the Markdown of the heading that a line ends; level 0 where it ends none."""
    if kind == HEADING:
        text = body.decode("utf-8", "replace")
        marks = len(text) - len(text.lstrip("#"))
        return marks, _CLOSING.sub("", text[marks:]).strip()
    if kind == UNDERLINE and paragraph:
        return (1 if body[:1] == b"=" else 2), " ".join(paragraph)
    return 0, ""


def _unique(anchor: str, taken: dict[str, int]) -> str:
    unique = anchor
    while unique in taken:
        taken[anchor] += 1
        unique = f"{anchor}-{taken[anchor]}"
    taken[unique] = 0
    return unique


def slug(text: str) -> str:
    """The anchor of a heading with the text `text`, before duplicates are numbered."""
    kept = (char for char in text.lower() if char in " -" or unicodedata.category(char) in _SLUG_CATEGORIES)
    return "".join(kept).replace(" ", "-")


def plain_text(markdown: str) -> str:
    """The text that a heading's inline Markdown shows."""
    from html import unescape

    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1] or match[3].strip() or match[3])
        return f"\0{len(kept) - 1}\0"

    text = _LITERAL.sub(keep, markdown.replace("\0", ""))
    text = _without_links(text)
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    for _ in range(3):
        text = _UNDERSCORES.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], unescape(text))


def _without_links(markdown: str) -> str:
    return _LINK.sub(r"\1", _IMAGE.sub("", markdown))


def contents(headings: list[Heading], first: int, last: int) -> list[str]:
    """The lines of a table of contents: the headings of the levels `first` to `last` outside lists and quotes."""
    listed = [h for h in headings if first <= h.level <= last and not h.nested]
    top = min((heading.level for heading in listed), default=first)
    return [
        f"{'  ' * (heading.level - top)}- [{_without_links(heading.markdown)}](#{heading.anchor})"
        for heading in listed
    ]
