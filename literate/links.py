"""Rewriting where the links and pictures of a Markdown text lead, and nothing else of it."""

import re
from collections.abc import Callable
from html import escape

from literate.blocks import CODE, FENCE, FENCE_CLOSE, FENCE_OPEN, Blocks
from literate.references import find_links

Change = Callable[[str, bool], str]  # a target, and whether it is a picture's, to another target

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*\S+.*$", re.MULTILINE)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]")
_PICTURE = re.compile(r"<picture>\s*(?:<source[^<>]*>\s*)*(<img[^<>]*>)\s*</picture>")


def with_links(text: str, change: Change) -> str:
    """`text` with each relative target of a link or a picture changed; code stays as it is."""
    data = text.encode()
    parts: list[bytes] = []
    at = 0
    for link in sorted(find_links(data), key=lambda link: link.offset):
        written = next((w for w in _spellings(link.address) if data.startswith(w, link.offset)), b"")
        if written and not _ABSOLUTE.match(link.address):
            changed = change(link.address, link.image).encode()
            parts += [
                data[at : link.offset],
                changed if written == link.address.encode() else _escaped(changed),
            ]
            at = link.offset + len(written)
    return b"".join([*parts, data[at:]]).decode()


def _spellings(address: str) -> tuple[bytes, bytes]:
    """How a page may write `address`: as it is, or as HTML has it."""
    return address.encode(), _escaped(address.encode())


def _escaped(address: bytes) -> bytes:
    return escape(address.decode()).encode()


def definitions(text: str) -> dict[str, str]:
    """The link reference definitions of `text`: the line of each, by its label in small letters."""
    found: dict[str, str] = {}
    for is_code, part in _runs(text):
        for match in _DEFINITION.finditer("" if is_code else part):
            found.setdefault(_label(match[1]), match[0].strip())
    return found


def missing_definitions(text: str, known: dict[str, str]) -> list[str]:
    """Those of the `known` definitions whose labels `text` uses, but does not define."""
    own = definitions(text)
    used = {_label(match) for match in _LABEL.findall(text)}
    return [line for label, line in known.items() if label in used and label not in own]


def without_themes(text: str) -> str:
    """`text` with each `<picture>` made the plain image in it: notebooks do not all know of themes."""
    return "".join(part if is_code else _PICTURE.sub(r"\1", part) for is_code, part in _runs(text))


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def _runs(text: str) -> list[tuple[bool, str]]:
    """`text` in runs of lines that are code, or are not."""
    blocks = Blocks()
    runs: list[tuple[bool, str]] = []
    for line in re.split(r"(?<=\n)", text):
        is_code = blocks.line(line.encode().rstrip(b"\r\n")) in (CODE, FENCE, FENCE_OPEN, FENCE_CLOSE)
        if runs and runs[-1][0] == is_code:
            runs[-1] = (is_code, runs[-1][1] + line)
        else:
            runs.append((is_code, line))
    return runs
