"""The places in which two texts differ, line by line."""

from difflib import SequenceMatcher

_MOST = 4_000  # lines compared closely; what differs over more counts as one place


class Change:
    """Lines `before` of one text, counted from 0, that stand as the lines `after` in the other; either may be none."""

    __slots__ = ("after", "before")

    def __init__(self, before: range, after: range) -> None:
        self.before = before
        self.after = after


def lines_of(text: bytes) -> list[bytes]:
    """The lines of `text` with their line ends."""
    lines = [line + b"\n" for line in text.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def find_changes(before: list[bytes], after: list[bytes]) -> list[Change]:
    """Where `after` differs from `before`, in order."""
    start = _alike(before, after, 0)
    end = _alike(before[::-1], after[::-1], start)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not old and not new:
        return []
    if len(old) + len(new) > _MOST:
        return [Change(range(start, start + len(old)), range(start, start + len(new)))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Change(range(start + i1, start + i2), range(start + j1, start + j2))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _alike(one: list[bytes], other: list[bytes], taken: int) -> int:
    """How many lines both begin with, of those that are not `taken` at the other end."""
    most = min(len(one), len(other)) - taken
    return next((at for at in range(most) if one[at] != other[at]), max(most, 0))
