"""Where everything in a picture of curves stands: scales and ticks, labels pushed apart, points thinned out.

Pure, and without matplotlib: whatever a run printed, 1e-320 or 1e308, has a place between 0 and 1.
"""

import re
from math import ceil, floor, isfinite, log10
from pathlib import PurePosixPath

from literate.curves import Curve, is_logarithmic

# Pixels, on a page as wide as GitHub's; a phone shows them at about half the size.
WIDTH, HEIGHT = 680, 320
TEXT = 16  # the size of all text
LINE = 21  # from one label to the next
TOP, BOTTOM, EDGE = 36, 52, 12  # around the axes
GUTTER = 32  # between the axes and the labels of the curves
LABEL_LENGTH = 32  # characters; of a longer one the end stands
MARKED = 30  # a curve of more points shows only those that no line would show
COLUMNS = 200  # a curve of more than four times as many points is thinned to what a column shows


class Scale:
    """Values to places between 0 and 1, and the ticks: a place and a text each."""

    __slots__ = ("high", "logarithmic", "low", "ticks")

    def __init__(self, values: list[float], logarithmic: bool, margin: float, ticks: int) -> None:
        self.logarithmic = logarithmic
        places = [self._measure(value) for value in values] or [0.0, 1.0]
        low, high = min(places), max(places)
        if high - low <= max(
            1e-12 * max(abs(low), abs(high)), 1e-290
        ):  # no range, or none that floats can divide
            pad = abs(high) / 2 or 1.0
        else:
            pad = (high - low) * margin
        self.low, self.high = low - pad, high + pad
        if not values:
            self.ticks: list[tuple[float, str]] = []
        elif logarithmic:
            self.ticks = [(self._place(x), text) for x, text in log_ticks(self.low, self.high, ticks)]
        else:
            self.ticks = [(self._place(x), text) for x, text in linear_ticks(self.low, self.high, ticks)]

    def __call__(self, value: float) -> float:
        """The place of a finite `value`."""
        return self._place(self._measure(value))

    def _measure(self, value: float) -> float:
        return (
            log10(value) if self.logarithmic else max(-1e300, min(1e300, value))
        )  # so that ranges are finite

    def _place(self, measure: float) -> float:
        return (measure - self.low) / (self.high - self.low)


def linear_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """At most `most` round numbers from `low` to `high`, and how they are written."""
    power = 10.0 ** floor(log10((high - low) / most))
    for step in (power * factor for factor in (1, 2, 2.5, 5, 10, 20)):
        numbers = [i * step for i in range(ceil(low / step), floor(high / step) + 1)]
        if len(numbers) <= most:
            break
    if all(number == 0 or 1e-4 <= abs(number) < 1e6 for number in numbers):
        for digits in range(12):
            texts = [f"{number:.{digits}f}" for number in numbers]
            if all(abs(float(text) - x) < step / 1000 for text, x in zip(texts, numbers, strict=True)):
                break
    else:
        for digits in range(1, 18):
            texts = [f"{number:.{digits}g}" for number in numbers]
            if all(abs(float(text) - x) < step / 1000 for text, x in zip(texts, numbers, strict=True)):
                break
    return [(x, _sign(text)) for x, text in zip(numbers, texts, strict=True)]


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Logarithms from `low` to `high` of round numbers, `most` at the most, and how those are written."""
    wider = range(1, ceil(high - low) + 1)
    for stride, factors in [(1, (1, 2, 5)), (1, (1, 3)), *((n, (1,)) for n in wider)]:
        exponents = [e for e in range(floor(low), ceil(high) + 1) if e % stride == 0]
        ticks = [(e + log10(f), f, e) for e in exponents for f in factors if low <= e + log10(f) <= high]
        if len(ticks) <= most:
            break
    return [(x, f"{f * 10.0**e:g}" if -3 <= e <= 3 else _sign(f"{f}e{e}")) for x, f, e in ticks]


def _sign(number: str) -> str:
    """The number as one reads it: a minus that is as wide as a digit, no padding in the exponent."""
    return re.sub(r"e([+-])0*", lambda m: "e" + m[1].strip("+"), number).replace("-", "\u2212")


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places at least `gap` apart, in the order of `wanted`, within `low` and `high`, and as near to them as can be.

    Places that would overlap form a block around the mean of what they want; equal ones keep their order.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[list[float]] = []  # what the members want, less what stands between them and the first place
    for rank, i in enumerate(order):
        blocks.append([wanted[i] - rank * gap])
        while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    starts = [_mean(block) for block in blocks for _ in block]
    most = max(low, high - (len(wanted) - 1) * gap)
    places = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        places[i] = min(max(starts[rank], low), most) + rank * gap
    return places


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def short_labels(labels: list[str]) -> list[str]:
    """The end of each path that tells it from the others, without the extension that all of them have."""
    clean = [printable(label) for label in labels]
    extensions = {PurePosixPath(label).suffix for label in clean}
    extension = extensions.pop() if len(extensions) == 1 else ""
    parts = [label.removesuffix(extension).split("/") for label in clean]
    short = []
    for mine in parts:
        others = [other for other in parts if other != mine]
        length = 1
        while length < len(mine) and any(other[-length:] == mine[-length:] for other in others):
            length += 1
        short.append(end_of("/".join(mine[-length:])))
    return short


def printable(text: str) -> str:
    """One line that XML can hold."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def end_of(text: str) -> str:
    """`text`, or the end of a long one."""
    return text if len(text) <= LABEL_LENGTH else "\u2026" + text[1 - LABEL_LENGTH :]


def text_width(text: str) -> float:
    """About how many pixels `text` is wide, rather more than less, whatever the reader's fonts are."""
    return sum(_width(c) for c in text) * TEXT


def _width(char: str) -> float:
    if char in "ijl.,:;|!'()[]/ftr I-":
        return 0.38
    if char in "mwMW@%" or ord(char) >= 0x1100:  # from there on Asian scripts, as wide as high
        return 1.0
    return 0.6


def coincident(places: list[list[tuple[float, float]]]) -> list[list[int]]:
    """The curves in groups that nobody could see apart, in the order of their first ones."""
    groups: list[list[int]] = []
    for i, mine in enumerate(places):
        for group in groups:
            head = places[group[0]]
            if len(head) == len(mine) and all(
                abs(a - c) < 0.002 and abs(b - d) < 0.004 for (a, b), (c, d) in zip(head, mine, strict=True)
            ):
                group.append(i)
                break
        else:
            groups.append([i])
    return groups


def thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points of a long curve that a picture can show: of each column the first, last, lowest, highest and a gap."""
    if len(points) <= 4 * COLUMNS:
        return points
    kept: list[tuple[float, float]] = []
    for column in range(COLUMNS):
        part = range(column * len(points) // COLUMNS, (column + 1) * len(points) // COLUMNS)
        finite = [i for i in part if isfinite(points[i][1])]
        gaps = [i for i in part if not isfinite(points[i][1])]
        extremes = [choose(finite, key=lambda i: points[i][1]) for choose in (min, max) if finite]
        kept += [points[i] for i in sorted({part[0], *extremes, *gaps[:1], part[-1]})]
    return kept


class Layout:
    """Where everything stands: `places` of the points in the axes, and in pixels from the top left the rest."""

    __slots__ = ("bottom", "ends", "groups", "height", "labels", "left", "names", "places", "right", "x", "y")

    def __init__(self, curves: list[Curve]) -> None:
        finite = [[p for p in curve.points if isfinite(p[0]) and isfinite(p[1])] for curve in curves]
        values = [value for points in finite for _, value in points]
        self.names = short_labels([curve.label for curve in curves]) if len(curves) > 1 else []
        self.names = [
            name if points else f"{name} (empty)" for name, points in zip(self.names, finite, strict=False)
        ]
        self.height = max(HEIGHT, TOP + BOTTOM + int(1.6 * LINE) * len(self.names))
        self.bottom = self.height - BOTTOM
        self.y = Scale(values, is_logarithmic(curves), 0.07, 6)
        self.left = EDGE + 8 + max((text_width(text) for _, text in self.y.ticks), default=0.0)
        column = GUTTER + max(map(text_width, self.names)) if self.names else 0.0
        self.right = WIDTH - EDGE - column
        steps = [step for points in finite for step, _ in points]
        apart = 24 + max((text_width(f"{step:.6g}") for step in (*steps[:1], *steps[-1:])), default=0.0)
        self.x = Scale(steps, False, 0.03, max(2, int((self.right - self.left) / max(60.0, apart))))
        self.places = [[(self.x(step), self.y(value)) for step, value in points] for points in finite]
        self.groups = coincident(self.places)
        self.ends = [
            self.pixel(*places[-1]) if places else (self.left, self.bottom) for places in self.places
        ]
        heads = {i: group[0] for group in self.groups for i in group}
        wanted = [self.ends[heads[i]][1] for i in range(len(self.names))]
        self.labels = spread(wanted, LINE, TOP, self.bottom)

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a place in the axes."""
        return self.left + x * (self.right - self.left), self.bottom - y * (self.bottom - TOP)
