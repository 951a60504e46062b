"""What an author wrote, as HTML, without all that could run, reach out or take the place of what is ours."""

import re
from collections.abc import Callable, Iterable

import nh3

from literate.site.links import Links

PREFIX = "literate-"  # of the ids of our own
_TAGS = """a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2
    h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q s samp small source span strong sub summary sup table
    tbody td tfoot th thead tr tt u ul var wbr"""
_ALIGNED = ("div", "h1", "h2", "h3", "h4", "h5", "h6", "p", "table")
_ATTRIBUTES = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href", "name"},
    "blockquote": {"cite"},
    "col": {"span"},
    "details": {"open"},
    "img": {"align", "alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "source": {"height", "media", "srcset", "type", "width"},
    "td": {"align", "colspan", "rowspan", "valign"},
    "th": {"align", "colspan", "rowspan", "scope", "valign"},
} | {tag: {"align"} for tag in _ALIGNED}
# What these hold is not text, and goes with them.
_DROPPED = {
    *("applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "noscript"),
    *("object", "script", "style", "svg", "template", "textarea", "title", "video", "xmp"),
}
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_SOURCE = re.compile(r"<source(?![^>]*srcset)[^>]*>")

Size = Callable[[str], tuple[int, int] | None]


def sanitise(html: str, links: Links, taken: Iterable[str]) -> str:
    """`html` with its links led to where they are on the site; ids that are `taken` are dropped."""
    ids = set(taken)

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "id" or (tag == "a" and name == "name"):
            if value in ids or value.startswith(PREFIX):
                return None
            ids.add(value)
        elif name == "href":
            return links.target(value)
        elif name in ("src", "srcset") and tag in ("img", "source"):
            return links.picture(value)
        return value

    cleaned = nh3.clean(
        html,
        tags=set(_TAGS.split()),
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return _SOURCE.sub("", _IMAGE.sub(_without_picture, cleaned))


def _without_picture(image: re.Match[str]) -> str:
    """An image that has no picture any more is its text."""
    if ' src="' in image[1]:
        return image[0]
    text = re.search(r' alt="([^"]*)"', image[1])
    return f"<span>{text[1]}</span>" if text else ""


def with_sizes(html: str, size: Size) -> str:
    """`html` with the width and height of each picture that has none, so that nothing moves when it comes.

    `size` says them of the address of a picture.
    """

    def sized(image: re.Match[str]) -> str:
        source = re.search(r' src="([^"]*)"', image[1])
        if not source or " width=" in image[1] or " height=" in image[1]:
            return image[0].replace("<img", '<img loading="lazy"')
        found = size(source[1])
        size_ = f' width="{found[0]}" height="{found[1]}"' if found else ""
        return f'<img loading="lazy"{size_}{image[1]}>'

    return _IMAGE.sub(sized, html)
