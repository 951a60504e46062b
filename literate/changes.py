"""The places in which two texts differ, line by line.

Lines that stand once in both texts hold them together, and what lies between two such lines is compared closely: so
a long text is compared in about the time that reading it takes, and a short one as `difflib` does.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from literate.source import BOM

_CONTEXT = 3  # lines around a change in a unified diff
_MOST = 2_000  # lines compared closely; where nothing holds more of them together they count as one place
_MOST_PAIRS = 100_000  # of equal lines among those; with more of them, comparing takes minutes
_LONGEST = 200_000  # lines between the first and the last difference; more of them count as one place


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


def bare_lines_of(text: bytes) -> list[bytes]:
    """The lines of `text` without their line ends, nor the byte order mark in front."""
    return [line.removesuffix(b"\n").removesuffix(b"\r") for line in lines_of(text.removeprefix(BOM))]


def find_changes(before: list[bytes], after: list[bytes]) -> list[Change]:
    """Where `after` differs from `before`, in order; no two of the places touch."""
    start = _alike(before, after, 0)
    end = _alike(before[::-1], after[::-1], start)
    changes: list[Change] = []
    old, new = start, start
    for next_old, next_new in [*_anchors(before, after, start, end), (len(before) - end, len(after) - end)]:
        if old < next_old or new < next_new:
            for change in _compared(before, after, range(old, next_old), range(new, next_new)):
                _append(changes, change)
        old, new = next_old + 1, next_new + 1
    return changes


def equal_pairs(before: Sequence[str | bytes], after: Sequence[str | bytes], most: int | None = None) -> int:
    """How many pairs of a line of each text are equal; lines that stand more than `most` times in `after` left out."""
    counts = Counter(before)
    return sum(
        counts[line] * count for line, count in Counter(after).items() if most is None or count <= most
    )


def touches(places: list[range], lines: range) -> bool:
    """Whether one of `places`, which are in order, holds one of `lines`, or lies at them where either is none."""
    at = bisect_left(places, lines.start, key=_stop)
    while at < len(places) and places[at].start <= lines.stop:
        place = places[at]
        if not (place and lines) or (place.start < lines.stop and lines.start < place.stop):
            return True
        at += 1
    return False


def counterpart(changes: list[Change], line: int) -> int | None:
    """Where the line `line` before the `changes` stands after them; None where it is in one of them."""
    number = bisect_right(changes, line, key=_start)
    if not number:
        return line
    last = changes[number - 1]
    return None if line < last.before.stop else line + last.after.stop - last.before.stop


def unified_diff(path: str, before: list[bytes], after: list[bytes]) -> list[bytes]:
    """What changes in the file `path`, as a unified diff of lines without line ends; nothing where nothing does."""
    lines = []
    for hunk in _hunks(find_changes(before, after)):
        first, last = hunk[0], hunk[-1]
        start = max(first.before.start - _CONTEXT, 0)
        end = min(last.before.stop + _CONTEXT, len(before))
        ahead = range(
            first.after.start - (first.before.start - start), last.after.stop + end - last.before.stop
        )
        lines.append(f"@@ -{span(range(start, end))} +{span(ahead)} @@".encode())
        for change in hunk:
            lines += [b" " + line for line in before[start : change.before.start]]
            lines += [b"-" + before[at] for at in change.before]
            lines += [b"+" + after[at] for at in change.after]
            start = change.before.stop
        lines += [b" " + line for line in before[start:end]]
    return [f"--- {path}".encode(), f"+++ {path}".encode(), *lines] if lines else []


def span(lines: range) -> str:
    """`lines` as the head of a hunk has them."""
    if len(lines) == 1:
        return str(lines.start + 1)
    return f"{lines.start + 1 if lines else lines.start},{len(lines)}"


def _hunks(changes: list[Change]) -> list[list[Change]]:
    """`changes` in groups whose lines around them do not meet."""
    hunks: list[list[Change]] = []
    for change in changes:
        if hunks and change.before.start - hunks[-1][-1].before.stop <= 2 * _CONTEXT:
            hunks[-1].append(change)
        else:
            hunks.append([change])
    return hunks


def _start(change: Change) -> int:
    return change.before.start


def _stop(lines: range) -> int:
    return lines.stop


def reversed_(changes: list[Change]) -> list[Change]:
    """The changes that lead back."""
    return [Change(change.after, change.before) for change in changes]


def _alike(one: list[bytes], other: list[bytes], taken: int) -> int:
    """How many lines both begin with, of those that are not `taken` at the other end."""
    most = min(len(one), len(other)) - taken
    return next((at for at in range(most) if one[at] != other[at]), max(most, 0))


def _anchors(before: list[bytes], after: list[bytes], start: int, end: int) -> list[tuple[int, int]]:
    """The lines, but for `start` and `end` at the ends, that stand once in each text and in the same order in both."""
    if len(before) - start - end > _LONGEST or len(after) - start - end > _LONGEST:
        return []
    once_before = _once(before, start, len(before) - end)
    once_after = _once(after, start, len(after) - end)
    shared = [(at, once_after[line]) for line, at in once_before.items() if line in once_after]
    return _longest_rise(shared)


def _once(lines: list[bytes], start: int, end: int) -> dict[bytes, int]:
    """Where each line stands that is between `start` and `end` once."""
    counts = Counter(lines[start:end])
    return {lines[at]: at for at in range(start, end) if counts[lines[at]] == 1}


def _longest_rise(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many as possible of `pairs`, which rise in their first number, that rise in the second as well."""
    ends: list[int] = []  # the lowest second number with which a rise of each length ends
    last: list[int] = []  # the pair that has it
    previous: list[int] = []
    for number, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        previous.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        last[length : length + 1] = [number]
    rise = []
    number = last[-1] if last else -1
    while number >= 0:
        rise.append(pairs[number])
        number = previous[number]
    return rise[::-1]


def _compared(before: list[bytes], after: list[bytes], old: range, new: range) -> list[Change]:
    """The places in which the lines `new` of `after` differ from the lines `old` of `before`."""
    if not old or not new or len(old) + len(new) > _MOST:
        return [Change(old, new)]
    ours, theirs = before[old.start : old.stop], after[new.start : new.stop]
    if equal_pairs(ours, theirs) > _MOST_PAIRS:
        return [Change(old, new)]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [
        Change(range(old.start + i1, old.start + i2), range(new.start + j1, new.start + j2))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _append(changes: list[Change], change: Change) -> None:
    """Add `change`, as one with the last where nothing is between them."""
    last = changes[-1] if changes else None
    if last and last.before.stop == change.before.start and last.after.stop == change.after.start:
        last.before = range(last.before.start, change.before.stop)
        last.after = range(last.after.start, change.after.stop)
    else:
        changes.append(change)
