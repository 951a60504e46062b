"""The block structure of Markdown, line by line: which fence, list or quote a line is in.

Follows GitHub Flavored Markdown 0.29 (https://github.github.com/gfm/), sections 4 and 5, as far as it decides
where code blocks begin and end. Not followed, because no fence depends on it: tables and link reference
definitions, which count as paragraphs.
"""

from literate.html_blocks import html_start

# What a line is, as `Blocks.line` answers.
BLANK, TEXT, HEADING, UNDERLINE, BREAK, CODE, FENCE, FENCE_OPEN, FENCE_CLOSE, HTML = range(10)

_DEEPEST = 100  # containers in one another; what would be deeper counts as a paragraph
QUOTE = 0  # among containers, where a list item stands as the columns its content is indented by


class Fence:
    """An open code fence: its character, how many of them, and the columns it is indented by."""

    __slots__ = ("char", "indent", "length", "mark")

    def __init__(self, char: bytes, length: int, indent: int) -> None:
        self.char = char
        self.length = length
        self.indent = indent
        self.mark = char * length

    def closed_by(self, line: bytes) -> bool:
        """Whether `line`, without its containers' prefix, closes this fence."""
        body = line.lstrip(b" ")
        run = body.rstrip(b" \t\r")
        return (
            len(line) - len(body) < 4 and len(run) >= self.length and not run.strip(self.char) and bool(run)
        )


def fence_opened_by(body: bytes, indent: int = 0) -> Fence | None:
    """The fence that a line with `body` after its indentation opens."""
    char = body[:1]
    if char != b"`" and char != b"~":
        return None
    info = body.lstrip(char)
    length = len(body) - len(info)
    if length < 3 or (char == b"`" and b"`" in info):
        return None
    return Fence(char, length, indent)


class Blocks:
    """The open blocks after the lines seen so far."""

    __slots__ = ("_empty_item", "_html_ends", "_paragraph", "body", "containers", "fence", "html", "indent")

    def __init__(self) -> None:
        self.containers: list[int] = []
        self.fence: Fence | None = None
        self.html = b""  # how the open HTML block began: `<!--`, or `<`
        self.indent = 0  # the columns that the last line is indented by within its containers
        self.body = b""  # the last line without its containers' prefix and its indentation
        self._html_ends: tuple[bytes, ...] = ()
        self._paragraph = False
        self._empty_item = False  # the innermost list item has no content yet

    def reset(self) -> None:
        """Forget every open block, as a block at the left margin does."""
        self.__init__()  # type: ignore[misc]

    def open_at_margin(self, fence: Fence) -> None:
        """Follow a line that opens `fence` at the left margin, where no HTML block is open: all else ends there."""
        self.containers.clear()
        self._paragraph = self._empty_item = False
        self.fence = fence

    def lines(self, text: bytes, start: int, end: int) -> None:
        """Follow the lines of `text` from `start` to `end`."""
        while start < end:
            stop = text.find(b"\n", start, end)
            stop = end if stop < 0 else stop
            self.line(text[start:stop])
            start = stop + 1

    def line(self, line: bytes, directive: bool = False) -> int:
        """Follow one line, without its line end, and say what it is.

        A `directive` line stands for a block, as if it were a fence that opens and closes.
        """
        if b"\t" in line:
            line = line.expandtabs(4)
        line = line.rstrip(b"\r")
        matched, rest = self._match_containers(line)
        inside = matched == len(self.containers)
        if not inside and not self._paragraph:
            self._truncate(matched)
        if self.fence is not None:
            return self._fence_line(self.fence, rest)
        if self.html:
            return self._html_line(rest)
        return self._open_blocks(matched, rest, inside, directive)

    def _truncate(self, count: int) -> None:
        del self.containers[count:]
        self.fence = None
        self.html = b""
        self._empty_item = False

    def _match_containers(self, line: bytes) -> tuple[int, bytes]:
        """How many open containers go on in `line`, and what it holds behind their prefixes."""
        rest = line
        for count, width in enumerate(self.containers):
            body = rest.lstrip(b" ")
            indent = len(rest) - len(body)
            if width == QUOTE:
                if indent > 3 or not body.startswith(b">"):
                    return count, rest
                rest = body[2:] if body.startswith(b"> ") else body[1:]
            elif indent >= width:
                rest = rest[width:]
            elif body or (self._empty_item and count + 1 == len(self.containers)):
                return count, rest
            else:
                rest = b""
        return len(self.containers), rest

    def _fence_line(self, fence: Fence, rest: bytes) -> int:
        self._indentation(rest)
        if fence.closed_by(rest):
            self.fence = None
            return FENCE_CLOSE
        return FENCE

    def _indentation(self, rest: bytes) -> bytes:
        """Note how `rest` is indented; what stands behind it."""
        body = rest.lstrip(b" ")
        self.indent = len(rest) - len(body)
        self.body = body
        return body

    def _html_line(self, rest: bytes) -> int:
        self._indentation(rest)
        if self._html_ends:
            lower = rest.lower()
            ended = any(end in lower for end in self._html_ends)
        else:
            ended = not rest.strip(b" ")
        if ended:
            self.html = b""
            if not self._html_ends:
                return BLANK
        return HTML

    def _open_blocks(self, matched: int, rest: bytes, inside: bool, directive: bool) -> int:
        """Follow a line that is in no fence and no HTML block: new containers, then one leaf."""
        opened: list[int] = []
        lazy = self._paragraph  # the line may go on a paragraph, whatever containers it leaves out
        continued = self._paragraph and inside
        while True:
            body = self._indentation(rest)
            indent = self.indent
            if not body:
                return self._leaf(BLANK, matched, opened)
            if indent >= 4 and not lazy:
                return self._leaf(CODE, matched, opened)
            if indent >= 4 and directive:
                return self._leaf(TEXT, matched, opened, paragraph=False)
            if indent >= 4 or matched + len(opened) >= _DEEPEST:
                break
            if body.startswith(b">"):
                opened.append(QUOTE)
                rest = body[2:] if body.startswith(b"> ") else body[1:]
            else:
                leaf = TEXT if directive else self._leaf_kind(body, continued)
                if leaf is not None:
                    return self._leaf(leaf, matched, opened, paragraph=False)
                marker = _list_marker(body, continued)
                if not marker:
                    break
                opened.append(indent + marker)
                rest = body[marker:]
            lazy = continued = False
        if lazy and not inside:
            return TEXT  # a lazy continuation: the containers that it leaves out stay open
        return self._leaf(TEXT, matched, opened, paragraph=True)

    def _leaf(self, kind: int, matched: int, opened: list[int], paragraph: bool = False) -> int:
        """Close what did not go on, open what is new, and note the line's own block."""
        was_empty = self._empty_item
        if matched < len(self.containers):
            fence, html = self.fence, self.html  # of this line, not of what it closes
            self._truncate(matched)
            self.fence, self.html = fence, html
            was_empty = False
        self.containers += opened
        self._paragraph = paragraph
        new_item = bool(opened) and opened[-1] != QUOTE
        self._empty_item = kind == BLANK and (new_item or (was_empty and not opened))
        return kind

    def _leaf_kind(self, body: bytes, continued: bool) -> int | None:
        """The kind of a line that is a block by itself or opens a fence or HTML; None for all others."""
        char = body[:1]
        if char in b"`~":
            self.fence = fence_opened_by(body, self.indent)
            return FENCE_OPEN if self.fence else None
        if char == b"#":
            return HEADING if _is_heading(body) else None
        if char == b"<":
            return HTML if self._open_html(body, continued) else None
        if continued and char in b"=-" and not body.rstrip(b" ").strip(char):
            return UNDERLINE
        return BREAK if char in b"*-_" and _is_break(body, char) else None

    def _open_html(self, body: bytes, continued: bool) -> bool:
        start, ends = html_start(body, continued)
        if not start:
            return False
        lower = body.lower()
        if not any(end in lower for end in ends):
            self.html, self._html_ends = start, ends
        return True


def _is_heading(body: bytes) -> bool:
    marks = len(body) - len(body.lstrip(b"#"))
    return marks <= 6 and body[marks : marks + 1] in (b"", b" ")


def _is_break(body: bytes, char: bytes) -> bool:
    return body.count(char) >= 3 and not body.strip(b" " + char).strip(b" " + char)


def _list_marker(body: bytes, continued: bool) -> int:
    """The columns from a list item's marker to its content; 0 where `body` is no list item."""
    if body[:1] in b"-+*":
        size = 1
        interrupts = True
    else:
        digits = body[:10]
        size = len(digits) - len(digits.lstrip(b"0123456789"))
        if not 1 <= size <= 9 or body[size : size + 1] not in (b".", b")"):
            return 0
        interrupts = int(body[:size]) == 1
        size += 1
    content = body[size:]
    spaces = len(content) - len(content.lstrip(b" "))
    if content and not spaces:
        return 0
    empty = spaces == len(content)
    if continued and (empty or not interrupts):
        return 0
    return size + (1 if empty or spaces > 4 else spaces)
