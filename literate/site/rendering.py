"""A page's body: its Markdown as HTML that is clean, with everything of ours put in its place."""

from collections.abc import Callable
from html import escape

from markupsafe import Markup

from literate.headings import find_headings
from literate.site.links import Links
from literate.site.listing import Listings
from literate.site.marks import SetAside
from literate.site.sanitise import sanitise, with_sizes
from literate.site.text import page_html

Size = Callable[[str], tuple[int, int] | None]


class Rendering:
    """The body of a page as HTML, and its headings."""

    __slots__ = ("body", "headings")

    def __init__(
        self, page: bytes, listings: Listings, contents: dict[int, int], links: Links, size: Size
    ) -> None:
        self.headings = find_headings(page)
        aside = SetAside(page)
        html = page_html(page, self.headings, listings.html, contents, aside)
        html = sanitise(html, links, {heading.anchor for heading in self.headings})
        html = with_sizes(html, lambda address: size(links.pictures[address]))
        html = html.replace("<table", '<div class="wide"><table').replace("</table>", "</table></div>")
        html = aside.anchors.restore_headings(html, _heading)
        self.body = Markup(aside.made.restore_in_text(aside.raw.remove(html)))


def _heading(level: int, anchor: str, html: str) -> str:
    """A heading with its anchor, which is a link to itself unless it holds other links."""
    if not anchor:
        return f"<h{level}>{html}</h{level}>"
    name = escape(anchor)
    inside = html if "<a " in html else f'<a href="#{name}">{html}</a>'
    return f'<h{level} id="{name}">{inside}</h{level}>'
