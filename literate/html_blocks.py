"""Where a block of raw HTML begins, and what ends it: GitHub Flavored Markdown 0.29, section 4.6."""

_HTML_ENDS = (  # by the kind of HTML block; what is not listed ends at a blank line
    (b"<!--", (b"-->",)),
    (b"<?", (b"?>",)),
    (b"<![CDATA[", (b"]]>",)),
)
_RAW_TAGS = (b"script", b"pre", b"style")
_RAW_ENDS = tuple(b"</" + tag + b">" for tag in _RAW_TAGS)
_BLOCK_TAGS = frozenset(
    b"""address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div
    dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend
    li link main menu menuitem nav noframes ol optgroup option p param section source summary table tbody td tfoot
    th thead title tr track ul""".split()
)


def html_start(body: bytes, continued: bool) -> tuple[bytes, tuple[bytes, ...]]:
    """How the HTML block that `body` starts began and what ends it: nothing for a blank line."""
    for start, ends in _HTML_ENDS:
        if body.startswith(start):
            return start, ends
    if body[1:2] == b"!" and body[2:3].isalpha() and body[2:3].isupper():
        return b"<!", (b">",)
    name = body[2:] if body.startswith(b"</") else body[1:]
    tag = name[: _name_length(name)].lower()
    after = name[len(tag) : len(tag) + 1]
    if tag in _RAW_TAGS and body[1:2] != b"/" and after in (b"", b" ", b">"):
        return b"<", _RAW_ENDS
    block = after in (b"", b" ", b">") or name[len(tag) : len(tag) + 2] == b"/>"
    if tag in _BLOCK_TAGS and block:
        return b"<", ()
    if not continued and _is_lone_tag(body):
        return b"<", ()
    return b"", ()


def _name_length(text: bytes) -> int:
    length = 0
    while text[length : length + 1].isalnum():
        length += 1
    return length


def _is_lone_tag(body: bytes) -> bool:
    """Whether `body` is one complete tag of any name and nothing more: HTML block of kind 7."""
    import re  # slow to import, and few pages have such a line

    name = rb"[A-Za-z][A-Za-z0-9-]*"
    value = rb"(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\")"
    attribute = rb"\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*" + value + rb")?"
    tag = rb"<(?:/" + name + rb"\s*|" + name + rb"(?:" + attribute + rb")*\s*/?)>\s*"
    return re.fullmatch(tag, body) is not None
