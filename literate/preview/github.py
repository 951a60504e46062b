"""A page as GitHub shows it: rendered by GitHub's own Markdown, in a style sheet that looks like GitHub's.

Pictures from elsewhere are their text, since a page of the preview asks nobody but the preview. What GitHub adds
after its Markdown, such as formulas and alerts, is not there.
"""

import re
from html import escape, unescape

from literate.errors import LiterateError
from literate.headings import find_headings
from literate.site.document import title_of
from literate.site.highlight import highlight
from literate.site.links import Links
from literate.site.sanitise import Size, sanitise, with_sizes

try:
    from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped]
    from cmarkgfm.cmark import Options  # type: ignore[import-untyped]
except ImportError:
    message = "GitHub's Markdown is in a package that is not installed (cmarkgfm)"
    raise LiterateError(f"{message}: pip install 'literate-readme[html]'") from None

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_SOURCEPOS
_HEADING = re.compile(r'<h([1-6]) data-sourcepos="(\d+):')
_CODE = re.compile(r'<pre lang="([^"]*)"><code>(.*?)</code></pre>', re.DOTALL)
_TASK = re.compile(r'<input type="checkbox"( checked="")? disabled="" />')
_DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/.preview/github.css">
</head>
<body class="github">
<main>
{body}
</main>
</body>
</html>
"""


def github_page(page: bytes, path: str, links: Links, size: Size) -> bytes:
    """The document that shows the Markdown `page` of `path`; `size` says how large the picture at an address is."""
    headings = find_headings(page)
    anchors = {heading.line + 1: heading.anchor for heading in headings}

    def with_anchor(tag: re.Match[str]) -> str:
        anchor = anchors.get(int(tag[2]), "")
        return f'<h{tag[1]} id="{escape(anchor)}" data-sourcepos="{tag[2]}:' if anchor else tag[0]

    html = github_flavored_markdown_to_html(page.decode("utf-8", "replace"), _OPTIONS)
    html = _TASK.sub(lambda box: "☑" if box[1] else "☐", _HEADING.sub(with_anchor, html))
    html = with_sizes(sanitise(html, links, ()), size)
    return _DOCUMENT.format(
        title=escape(title_of(headings, path)), body=_CODE.sub(_highlighted, html)
    ).encode()


def _highlighted(code: re.Match[str]) -> str:
    info = unescape(code[1])
    return f'<pre lang="{escape(info)}"><code>{highlight(unescape(code[2]), info)}</code></pre>'
