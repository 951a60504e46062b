"""A page's headings, and the anchors that GitHub gives them.

The anchor is the heading's text in small letters, without what is neither letter, mark, digit, `_`, `-` nor
space, its spaces turned to hyphens; the second of the same name has `-1` behind it, and so on.
"""

import re
import unicodedata

from literate.blocks import HEADING, UNDERLINE
from literate.passages import Passage, passages

# No pattern looks further ahead than so many characters: else a long heading takes time without end.
_LITERAL = re.compile(
    r"\\([!-/:-@\[-`{-~])|(?<!`)(`{1,9})(?!`)(.{0,500}?[^`])\2(?!`)"
)  # an escape or a code span
_IMAGE = re.compile(r"!\[[^\]]{0,500}\](?:\([^)]{0,1000}\)|\[[^\]]{0,500}\])")
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.){0,500})\](?:\([^)]{0,1000}\)|\[[^\]]{0,500}\])")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.{0,500}?-->")
_EMPHASIS = re.compile(r"(\*{1,3}|~~)(?=\S)(.{1,250}?)(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=\S)(.{1,250}?)(?<=\S)\1(?!\w)")
# A line that may be a heading, or the line below one.
_MARK = re.compile(
    rb"^[ \t>]*(?:(?:(?:[-+*]|\d{1,9}[.)])[ \t>]+)*#{1,6}(?![#\w])|(?:=+|-+)[ \t]*\r?$)", re.MULTILINE
)
_PLAIN = re.compile(r"[A-Za-z0-9 -]*")  # what needs no look at each character
_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_SLUG_CATEGORIES = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"))


class Heading:
    """A heading: its level from 1, its Markdown, its anchor, whether a list or quote holds it, its line from 0."""

    __slots__ = ("anchor", "level", "line", "markdown", "nested")

    def __init__(self, level: int, markdown: str, anchor: str, nested: bool, line: int) -> None:
        self.level = level
        self.markdown = markdown
        self.anchor = anchor
        self.nested = nested
        self.line = line


def find_headings(page: bytes) -> list[Heading]:
    """The headings of the Markdown text `page`, in order, with their anchors."""
    taken: dict[str, int] = {}
    headings = []
    line = counted = 0
    for passage in passages(page, (match.start() for match in _MARK.finditer(page))):
        level, markdown = _heading(passage)
        if level:
            line += page.count(b"\n", counted, passage.offset(0))
            counted = passage.offset(0)
            anchor = unique(slug(plain_text(markdown)), taken)
            headings.append(Heading(level, markdown, anchor, passage.nested, line))
    return headings


def _heading(passage: Passage) -> tuple[int, str]:
    """The level and the Markdown of the heading that a passage is; level 0 where it is none."""
    if passage.kind not in (HEADING, UNDERLINE):
        return 0, ""
    text = passage.text.decode("utf-8", "replace")
    if passage.kind == UNDERLINE:
        return (1 if passage.underline[:1] == b"=" else 2), " ".join(map(str.strip, text.split("\n")))
    marks = len(text) - len(text.lstrip("#"))
    return marks, _CLOSING.sub("", text[marks:]).strip()


def unique(anchor: str, taken: dict[str, int]) -> str:
    """`anchor`, numbered where it is `taken`; how often each was taken is kept there."""
    found = anchor
    while found in taken:
        taken[anchor] += 1
        found = f"{anchor}-{taken[anchor]}"
    taken[found] = 0
    return found


def slug(text: str) -> str:
    """The anchor of a heading with the text `text`, before duplicates are numbered."""
    if _PLAIN.fullmatch(text):
        return text.lower().replace(" ", "-")
    kept = (char for char in text.lower() if char in " -" or unicodedata.category(char) in _SLUG_CATEGORIES)
    return "".join(kept).replace(" ", "-")


def plain_text(markdown: str) -> str:
    """The text that a heading's inline Markdown shows."""
    if _PLAIN.fullmatch(markdown):
        return markdown
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
