"""Curves as pictures: small SVG files that suit GitHub's light and dark pages.

The numbers are turned into places between 0 and 1 here, with ticks and labels of our own, and matplotlib draws
them: whatever a run printed, 1e-320 or 1e308, has a place. Text stays text, in the fonts of the reader's system
and of the page around it, so its width is estimated, and no font of this machine leaves a trace in the file.

This module needs matplotlib; the core asks `curves` and never imports it.
"""

import re
from io import BytesIO
from math import isfinite
from threading import Lock
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from literate.curves import Curve, describe
from literate.plot_layout import (
    BOTTOM,
    EDGE,
    GUTTER,
    MARKED,
    TEXT,
    TOP,
    WIDTH,
    Layout,
    end_of,
    printable,
    thin,
)

FONTS = "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif"

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


def draw(curves: list[Curve], series: str, theme: str, digest: str) -> bytes:
    """The SVG file of `curves` for a page of the `theme`, "light" or "dark", marked with the `digest`."""
    layout = Layout(curves)
    texts: dict[str, str] = {"@series@": end_of(printable(series)), "@step@": "step"}
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
        file.getvalue().decode("utf-8"), texts, printable(describe(curves, series)), layout.height, digest
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
