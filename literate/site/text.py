"""A page's Markdown becomes HTML by Python-Markdown, inside lines as GitHub has it too."""

import re
from collections.abc import Callable
from html import escape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor

from literate.headings import Heading
from literate.site.lines import Fence, Reader
from literate.site.marks import SetAside

_PUNCTUATION = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ADDRESS = r"(?<![\w/])(https?://[^\s<>]*[^\s<>.,:;!?\"'*_~)\]])"


def page_html(
    page: bytes,
    headings: list[Heading],
    fenced: Callable[[Fence], str],
    contents: dict[int, int],
    aside: SetAside,
) -> str:
    """The HTML of `page` with the author's own in it, not cleaned; fences and anchors are still set aside.

    The other arguments are those of `Reader`.
    """
    reader = Reader(headings, fenced, contents, aside)
    reader.read(page)
    tables = TableExtension(use_align_attribute=True)
    markdown = Markdown(extensions=[tables, SaneListExtension(), _AsOnGitHub(reader.lines)])
    markdown.ESCAPED_CHARS = _PUNCTUATION
    return aside.raw.restore(markdown.convert(page.decode()))


class _AsOnGitHub(Extension):
    """Takes over the reading of lines, and adds what GitHub has inside them."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("code")
        md.parser.blockprocessors.deregister("setextheader")
        md.preprocessors.register(_Lines(md, self._lines), "as on GitHub", 40)
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)(?<=\S)~~", "del"), "del", 65)
        md.inlinePatterns.register(_Address(_ADDRESS, md), "address", 115)


class _Lines(Preprocessor):
    def __init__(self, md: Markdown, lines: list[str]) -> None:
        super().__init__(md)
        self._lines = lines

    def run(self, lines: list[str]) -> list[str]:
        """Those of the page, whatever was made of them before: white space in code counts."""
        return self._lines


class _Address(InlineProcessor):
    """A bare address in the text is a link."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", href=m[1])
        link.text = self.md.htmlStash.store(escape(m[1]))
        return link, m.start(), m.end()
