"""The documents that the preview serves: those of the site with the preview's own script and style sheet in them."""

import re
from html import escape

from literate.preview.guard import OURS

_POLICY = re.compile(rb"<meta\b[^>]*http-equiv\s*=\s*[\"']?content-security-policy\b[^>]*>\s*", re.IGNORECASE)
_HEAD_END = re.compile(rb"</head\s*>|<body\b", re.IGNORECASE)
_NOTHING = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No page yet</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/.preview/github.css">
</head>
<body class="github">
<main>
<h1>No page yet</h1>
<p>It comes up here as soon as what is in its way is mended.</p>
</main>
</body>
</html>
"""


def document(page: bytes | None, token: str, session: str, digest: str) -> bytes:
    """The document `page` with what the preview adds to it; without one, a document that waits for it.

    `token` lets it run examples. `session` says which preview it is of, and
    `digest` which text it has.
    """
    page = page or _NOTHING
    found = _HEAD_END.search(page)
    end = found.start() if found else 0
    words = {"token": token, "session": session, "digest": digest}
    ours = "".join(f'<meta name="preview-{name}" content="{escape(word)}">\n' for name, word in words.items())
    ours += f'<link rel="stylesheet" href="{OURS}/preview.css">\n<script src="{OURS}/preview.js"></script>\n'
    # The page's own policy is for readers and forbids what the preview needs; the preview sends a policy of its own.
    return _POLICY.sub(b"", page[:end]) + ours.encode() + page[end:]
