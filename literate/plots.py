"""Curves as pictures: small SVG files that suit GitHub's light and dark pages.

The numbers are turned into places between 0 and 1 here, with ticks and labels of our own, and matplotlib draws
them: whatever a run printed, 1e-320 or 1e308, has a place. Text stays text, in the fonts of the reader's system
and of the page around it, so its width is estimated, and no font of this machine leaves a trace in the file.

This module needs matplotlib; the core asks `curves` and never imports it.
"""

import re
from io import BytesIO
from math import ceil, floor, isfinite, log10
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from literate.curves import Curve, describe, is_logarithmic

# Pixels, on a page as wide as GitHub's; a phone shows them at about half the size.
WIDTH, HEIGHT = 680, 320
TEXT = 16  # the size of all text
LINE = 21  # from one label to the next
TOP, BOTTOM, EDGE = 36, 52, 12  # around the axes
GUTTER = 32  # between the axes and the labels of the curves

FONTS = "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif"
LABEL_LENGTH = 32  # characters; of a longer one the end stands
MARKED = 30  # a curve of more points shows only those that no line would show
COLUMNS = 200  # a curve of more than four times as many points is thinned to what a column shows

# Each has a contrast of 4.5:1 or more to its page, and stays apart from the others for those who see fewer colours.
# fmt: off
THEMES: dict[str, dict[str, Any]] = {
    "light": {
        "page": "#ffffff",
        "text": "#59636e",
        "grid": "#d1d9e0",
        "curves": (
            "#0969da", "#6a2a00", "#e71212", "#007f0f", "#671083", "#996472", "#0027c0", "#8f1a53", "#7e4fa1",
        ),
    },
    "dark": {
        "page": "#0d1117",
        "text": "#9198a1",
        "grid": "#30363d",
        "curves": (
            "#4493f8", "#ffc900", "#ff759f", "#4d8d35", "#d2dbff", "#d63fa9", "#bfa91f", "#9cb5ff", "#4af5a2",
        ),
    },
}
# fmt: on
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")

_STYLE: dict[Any, Any] = {  # matplotlib 3.11 types each name, 3.9 none
    "svg.fonttype": "none",
    "svg.hashsalt": "literate",
    "font.family": ["DejaVu Sans"],  # comes with matplotlib; only measures where ticks have their labels
    "path.simplify": True,
    "lines.scale_dashes": False,
}
_RC = Lock()  # matplotlib's settings belong to the whole process


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
    clean = [_printable(label) for label in labels]
    extensions = {PurePosixPath(label).suffix for label in clean}
    extension = extensions.pop() if len(extensions) == 1 else ""
    parts = [label.removesuffix(extension).split("/") for label in clean]
    short = []
    for mine in parts:
        others = [other for other in parts if other != mine]
        length = 1
        while length < len(mine) and any(other[-length:] == mine[-length:] for other in others):
            length += 1
        short.append(_end("/".join(mine[-length:])))
    return short


def _printable(text: str) -> str:
    """One line that XML can hold."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def _end(text: str) -> str:
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


def draw(curves: list[Curve], series: str, theme: str, digest: str) -> bytes:
    """The SVG file of `curves` for a page of the `theme`, "light" or "dark", marked with the `digest`."""
    layout = Layout(curves)
    texts: dict[str, str] = {"@series@": _end(_printable(series)), "@step@": "step"}
    texts |= {f"@{i}@": name for i, name in enumerate(layout.names)}
    with _RC, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(WIDTH / 72, layout.height / 72), dpi=72, frameon=False)
        _draw(figure, curves, layout, THEMES[theme])
        file = BytesIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(figure)
        figure.savefig(file, format="svg", metadata=nothing)
    return _finish(
        file.getvalue().decode("utf-8"), texts, _printable(describe(curves, series)), layout.height, digest
    )


def _draw(figure: Figure, curves: list[Curve], layout: Layout, theme: dict[str, Any]) -> None:
    wide, high = layout.right - layout.left, layout.bottom - TOP
    box = (layout.left / WIDTH, BOTTOM / layout.height, wide / WIDTH, high / layout.height)
    axes = figure.add_axes(box, frameon=False, xlim=(0, 1), ylim=(0, 1))
    axes.set_xticks([place for place, _ in layout.x.ticks], [text for _, text in layout.x.ticks])
    axes.set_yticks([place for place, _ in layout.y.ticks], [text for _, text in layout.y.ticks])
    axes.tick_params(length=0, pad=7, labelsize=TEXT, labelcolor=theme["text"])
    axes.grid(color=theme["grid"], linewidth=1)
    axes.set_axisbelow(True)

    def text(x: float, y: float, token: str, color: str, align: str = "left") -> None:
        place = (x / WIDTH, 1 - y / layout.height)
        figure.text(*place, token, color=color, ha=align, va="baseline", fontsize=TEXT)

    text(EDGE, TOP - 16, "@series@", theme["text"])
    text(layout.right, layout.height - 10, "@step@", theme["text"], "right")

    colors = theme["curves"]
    for group in layout.groups:
        for rank, i in enumerate(group):
            color = colors[i % len(colors)]
            _draw_curve(axes, curves[i], layout, color, MARKERS[i % len(MARKERS)], rank, len(group))
            if layout.names:
                _draw_leader(axes, layout, i, color)
                text(layout.right + GUTTER, layout.labels[i] + 0.35 * TEXT, f"@{i}@", color)


def _draw_leader(axes: Any, layout: Layout, i: int, color: str) -> None:
    """The thin line from the end of a curve to its label."""
    if not layout.places[i]:
        return
    (x, end), label = layout.ends[i], layout.labels[i]
    tip = layout.right + GUTTER
    line = [(x + 8, end), (layout.right + 2, end), (tip - 14, label), (tip - 5, label)]
    axes.plot(
        [(x - layout.left) / (layout.right - layout.left) for x, _ in line],
        [(layout.bottom - y) / (layout.bottom - TOP) for _, y in line],
        color=color,
        linewidth=1,
        clip_on=False,
    )


def _draw_curve(axes: Any, curve: Curve, layout: Layout, color: str, marker: str, rank: int, of: int) -> None:
    """One of `of` curves that coincide: dashes and markers take turns, so that all of them show."""
    nan = float("nan")
    places = [
        (layout.x(step), layout.y(value)) if isfinite(step) and isfinite(value) else (nan, nan)
        for step, value in curve.points
    ]
    if len(places) <= MARKED:
        marked = [i for i in range(len(places)) if i % of == rank]
    else:  # what has no neighbour to be joined to
        gap = [True, *(x != x for x, _ in places), True]
        marked = [i for i in range(len(places)) if gap[i] and gap[i + 2]]
    shown = [places[i] for i in marked if places[i] == places[i]]
    line = thin(places)
    dash = 9
    axes.plot(
        [x for x, _ in line],
        [y for _, y in line],
        color=color,
        linewidth=2,
        linestyle="solid" if of == 1 else ((of - rank) * dash, (dash, (of - 1) * dash)),
        dash_capstyle="butt",
        solid_capstyle="round",
    )
    axes.plot(
        [x for x, _ in shown],
        [y for _, y in shown],
        color=color,
        linestyle="none",
        marker=marker,
        markersize=7,
        markeredgewidth=0,
        zorder=3,  # above the dashes of the curves that coincide
    )


def _finish(svg: str, texts: dict[str, str], title: str, height: float, digest: str) -> bytes:
    """The file around matplotlib's drawing: its mark, its title, and the texts in the reader's own fonts."""
    body = svg[svg.index(">", svg.index("<svg")) + 1 :]
    body = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", body)  # matplotlib before 3.10
    body = re.sub(r" font-family: [^;\"]*;", "", body)
    body = re.sub(r' (?:d|x|y)="[^"]*"', lambda m: re.sub(r"\d+\.\d+", _round, m[0]), body)
    body = re.sub(r' transform="rotate\(-0 [^"]*"', "", body)
    body = body.replace("*{", f"text{{font-family: {FONTS}}} *{{", 1)
    body = re.sub(r"@\w+@", lambda m: _escape(texts[m[0]]), body)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f"<!-- literate-plot {digest} -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}">\n'
        f"<title>{_escape(title)}</title>"
        f"{body}"
    ).encode()


def _round(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2):g}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
