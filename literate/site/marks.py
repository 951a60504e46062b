"""Words that stand in a page for what is set aside while its Markdown becomes HTML."""

import re
from collections.abc import Callable
from hashlib import sha256


class Marks:
    """Words that stand for what is set aside, and that occur in no page."""

    def __init__(self, page: bytes) -> None:
        self._word = f"x{sha256(page).hexdigest()[:20]}x"
        self._one = rf"{self._word}(\d+)x"
        self._set_aside: list[str] = []

    def add(self, html: str) -> str:
        """A word that stands for `html` in the text until `restore`."""
        self._set_aside.append(html)
        return f"{self._word}{len(self._set_aside) - 1}x"

    def restore(self, html: str) -> str:
        """`html` with everything that was set aside; a paragraph of one word alone is no paragraph."""
        return re.sub(rf"<p>\s*{self._one}\s*</p>|{self._one}", self._found, html)

    def restore_in_text(self, html: str) -> str:
        """The same for clean HTML, where a word inside a tag is dropped: there nothing of ours may stand."""
        pattern = rf"<p>\s*{self._one}\s*</p>|{self._one}|<[^>]*>"
        return re.sub(pattern, lambda found: self._found(found) or self.remove(found[0]), html)

    def restore_headings(self, html: str, make: Callable[[int, str, str], str]) -> str:
        """`html` with each marked heading made by `make` out of its level, what was set aside, its HTML."""

        def made(found: re.Match[str]) -> str:
            return make(int(found[1]), self._set_aside[int(found[3])], found[2])

        html = re.sub(
            rf"<h([1-6])[^>]*>((?:(?!</?h[1-6]).)*?)\s*{self._one}</h\1>", made, html, flags=re.DOTALL
        )
        return self.remove(html)

    def remove(self, html: str) -> str:
        """`html` without the words."""
        return re.sub(self._one, "", html)

    def _found(self, found: re.Match[str]) -> str:
        number = found[1] or found[2]
        return self._set_aside[int(number)] if number else ""


class SetAside:
    """What of `page` is set aside: what is of ours, the anchors of its headings, and the HTML of its author."""

    __slots__ = ("anchors", "made", "raw")

    def __init__(self, page: bytes) -> None:
        self.made = Marks(page)  # restored when all else is clean
        self.anchors = Marks(page + b"\0anchors")
        self.raw = Marks(page + b"\0raw")  # to be cleaned
