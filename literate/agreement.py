"""Whether two outputs agree: text to the letter, numbers within a tolerance.

A number with a point or an exponent agrees with another when they differ by no more than one unit of the last
digit printed plus `rtol` times the larger one. Whole numbers are counts, so they count as text.
"""

import math
import re

_NOTED = 20  # differences in an error at most
_REAL = re.compile(r"[-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)")


class Difference:
    """A line, from 1, that does not agree: as recorded, as it is now, and by how much its worst number is off."""

    __slots__ = ("line", "now", "recorded", "relative")

    def __init__(self, line: int, recorded: str, now: str, relative: float | None) -> None:
        self.line = line
        self.recorded = recorded
        self.now = now
        self.relative = relative


def differences(recorded: list[str], now: list[str], rtol: float | None) -> list[Difference]:
    """The lines in which two outputs do not agree; one that only one of them has is empty in the other.

    Without `rtol` numbers have to agree to the letter too.
    """
    found = []
    for number in range(max(len(recorded), len(now))):
        old = recorded[number] if number < len(recorded) else ""
        new = now[number] if number < len(now) else ""
        missing = number >= min(len(recorded), len(now))
        if old != new or missing:
            relative, same = _compare(old, new, rtol or 0.0)
            if not same or missing or rtol is None:
                found.append(Difference(number + 1, old, new, relative))
    return found


def difference_notes(found: list[Difference]) -> tuple[tuple[None, str], ...]:
    """A line for each difference: where, how it was, how it is, and by how much."""
    rows = [
        (f"line {one.line}", one.recorded, one.now, "" if one.relative is None else f"{one.relative:.1%}")
        for one in found[:_NOTED]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    notes = [
        f"{row[0]:{widths[0]}}  {row[1]:{widths[1]}}  now  {row[2]:{widths[2]}}  {row[3]}".rstrip()
        for row in rows
    ]
    if len(found) > _NOTED:
        notes.append(f"and {len(found) - _NOTED} more")
    return tuple((None, note) for note in notes)


def _compare(old: str, new: str, rtol: float) -> tuple[float | None, bool]:
    """How far apart the numbers of two lines are, None where their texts differ; and whether they agree."""
    if _REAL.sub("0.", old) != _REAL.sub("0.", new):
        return None, False
    pairs = list(zip(_REAL.findall(old), _REAL.findall(new), strict=True))
    worst = max((_relative(float(a), float(b)) for a, b in pairs), default=0.0)
    return worst, all(_agrees(a, b, rtol) for a, b in pairs)


def _agrees(old: str, new: str, rtol: float) -> bool:
    if old == new:
        return True
    a, b = float(old), float(new)
    return abs(a - b) <= rtol * max(abs(a), abs(b)) + max(_unit(old), _unit(new)) * (1 + 1e-9)


def _unit(number: str) -> float:
    """One unit of the last digit of a printed number: 0.01 for 3.21, 1000 for 3.21e+05."""
    mantissa, _, exponent = number.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(f"1e{int(exponent or 0) - decimals}")  # infinite where `math.pow` would raise


def _relative(a: float, b: float) -> float:
    scale = max(abs(a), abs(b))
    return abs(a - b) / scale if scale else 0.0


def close(a: object, b: object, rtol: float) -> bool:
    """Whether two numbers, or two sequences of them, agree within `rtol`. Raises TypeError for anything else."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=rtol)
    if isinstance(a, int | float):
        a, b = b, a  # the other one is no number, and the error is about that
    left, right = _numbers(a), _numbers(b)
    return len(left) == len(right) and all(map(lambda x, y: close(x, y, rtol), left, right))


def _numbers(value: object) -> list[object]:
    values = getattr(value, "values", value)
    if isinstance(values, list | tuple):
        return list(values)
    raise TypeError(f"agree() compares numbers or series, not {type(value).__name__}")
