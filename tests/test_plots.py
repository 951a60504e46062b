"""Curves in words and as pictures, and the figures that an example shows.

The pictures are drawn with the real matplotlib and read back as XML; the backend runs in a real process.
"""

import os
import random
import re
import subprocess
import sys
from itertools import combinations, pairwise
from math import dist, inf, nan
from pathlib import Path
from xml.etree import ElementTree

import pytest

from literate.curves import Curve, describe, is_logarithmic, plot_digest

pytest.importorskip("matplotlib")
from literate import plot_layout, plots  # needs matplotlib

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
STEPS = [float(step) for step in range(0, 501, 50)]
NAMES = [
    "tensor/two_layer_net_numpy.py",
    "tensor/two_layer_net_tensor.py",
    "autograd/two_layer_net_autograd.py",
    "autograd/two_layer_net_custom_function.py",
    "autograd/tf_two_layer_net.py",
    "nn/two_layer_net_nn.py",
    "nn/two_layer_net_optim.py",
    "nn/two_layer_net_module.py",
    "nn/dynamic_net.py",
]
ONE = [Curve("nn/dynamic_net.py", [0, 250, 500], [650, 41, 3.1])]
HOSTILE = [
    "<script>alert(1)</script>",
    "a & b --> \" ' ]]>",
    "$math$ $\\frac{",
    "_under_score_ @0@ @series@",
    "\u8bad\u7ec3\u66f2\u7ebf/\u0434\u0430\u043d\u043d\u044b\u0435",
    "line\nbreak \x00\x1b \ud800",
    "x" * 300,
    "",
]


def decay(first: float, last: float) -> list[float]:
    """Values at STEPS from `first` to `last`, each the same factor below the one before."""
    return [first * (last / first) ** (step / 500) for step in STEPS]


def nine() -> list[Curve]:
    """Losses such as the tutorial's: three that coincide, six others."""
    ends = [30, 0.12, 0.12, 0.12, 1e3, 0.2, 0.5, 0.9, 3.1]
    return [Curve(name, STEPS, decay(3e7, end)) for name, end in zip(NAMES, ends, strict=True)]


def draw(curves: list[Curve], series: str = "loss", theme: str = "light") -> ElementTree.Element:
    return ElementTree.fromstring(plots.draw(curves, series, theme, plot_digest(curves, series)))


def texts(svg: ElementTree.Element) -> list[tuple[float, float, str]]:
    return [(float(t.get("x", "")), float(t.get("y", "")), t.text or "") for t in svg.iter(f"{SVG}text")]


def strings(svg: ElementTree.Element) -> list[str]:
    return [text for _, _, text in texts(svg)]


# Words and digest


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 29.9], False),
        ([1, 30], True),
        ([3e7, 1e-2, nan, inf], True),
        ([0, 100], False),
        ([-1, 100], False),
        ([nan], False),
        ([], False),
        ([1e308, 1e-308], True),
    ],
)
def test_the_range_asks_for_the_axis(values: list[float], expected: bool) -> None:
    assert is_logarithmic([Curve("a", [float(i) for i in range(len(values))], values)]) is expected


def test_description_of_one_curve() -> None:
    text = "loss by step, logarithmic: nn/dynamic_net.py from 650 at step 0 to 3.1 at step 500"
    assert describe(ONE, "loss") == text


def test_description_has_a_clause_for_each_curve() -> None:
    curves = [
        Curve("a", [0, 1000000], [0.51234, nan]),
        Curve("b", [0.5], [0.25]),
        Curve("c\nd", [], []),
    ]
    text = "accuracy by step: a from 0.512 at step 0 to nan at step 1000000; b 0.25 at step 0.5; c d without values"
    assert describe(curves, "accuracy") == text


def test_digest_is_of_everything_in_the_picture() -> None:
    others = [
        ([Curve("nn/dynamic_net.py", [0, 250, 500], [650, 41, 3.2])], "loss"),
        ([Curve("nn/dynamic_net.py", [0, 251, 500], [650, 41, 3.1])], "loss"),
        ([Curve("nn/other.py", [0, 250, 500], [650, 41, 3.1])], "loss"),
        (ONE, "error"),
        (ONE + ONE, "loss"),
        (ONE, "loss\ud800"),
    ]
    digests = {plot_digest(curves, series) for curves, series in [(ONE, "loss"), *others]}
    assert len(digests) == 7
    assert all(re.fullmatch("[0-9a-f]{12}", digest) for digest in digests)
    same = [Curve("nn/dynamic_net.py", [0.0, 250.0, 500.0], [650.0, 41.0, 3.1])]
    assert plot_digest(same, "loss") == plot_digest(ONE, "loss")


def test_digest_is_the_one_that_pages_hold() -> None:
    # A constant, so that no version of Python changes it; another STYLE does.
    assert plot_digest(ONE, "loss") == "698474e038db"


def test_drawing_does_without_pyplot() -> None:
    code = "import sys, literate.plots; print('matplotlib.pyplot' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_words_do_without_matplotlib() -> None:
    code = "import sys, literate.curves; print(sorted({'matplotlib', 'numpy', 'hashlib'} & {*sys.modules}))"
    run = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


# The file


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_file_is_marked_titled_and_sized(theme: str) -> None:
    file = plots.draw(ONE, "loss", theme, "1f2e3d4c5b6a")
    assert file.startswith(
        b'<?xml version="1.0" encoding="utf-8"?>\n<!-- literate-plot 1f2e3d4c5b6a -->\n<svg '
    )
    svg = ElementTree.fromstring(file)
    assert (svg.get("width"), svg.get("height"), svg.get("viewBox")) == ("680", "320", "0 0 680 320")
    assert svg.findtext(f"{SVG}title") == describe(ONE, "loss")
    assert not re.search(rb"(?i)matplotlib v|dejavu|/home|/work|\d{4}-\d\d-\d\d", file)


def test_files_are_small() -> None:
    assert len(plots.draw([Curve("a", STEPS, decay(650, 3))], "loss", "light", "0")) < 9_000
    assert len(plots.draw(nine(), "loss", "dark", "0")) < 22_000
    rng = random.Random(0)
    long = [Curve("a", [float(i) for i in range(100_000)], [rng.random() for _ in range(100_000)])]
    assert len(plots.draw(long, "loss", "light", "0")) < 25_000


def test_long_curves_keep_their_peaks() -> None:
    points = [(float(i), 0.0) for i in range(10_000)]
    points[4321] = (4321.0, 9.0)
    points[4300] = (4300.0, nan)
    points[4320] = (4320.0, -9.0)
    kept = plot_layout.thin(points)
    assert len(kept) <= 4 * plot_layout.COLUMNS
    assert points[4300] in kept
    assert points[4320] in kept
    assert points[0] in kept
    assert points[4321] in kept
    assert points[-1] in kept
    assert [step for step, _ in kept] == sorted({step for step, _ in kept})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_same_bytes_again_and_in_another_environment(theme: str, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(
        "svg.fonttype: path\nsvg.hashsalt: x\nfont.family: serif\nfont.size: 40\nlines.linewidth: 9\n"
        "text.usetex: True\nsavefig.dpi: 300\nsavefig.bbox: tight\nfigure.facecolor: red\n"
        "figure.autolayout: True\npath.sketch: 1, 100, 2\nxtick.minor.visible: True\ngrid.linestyle: --\n"
    )
    code = (
        "import sys; from tests.test_plots import nine, plots\n"
        f"sys.stdout.buffer.write(plots.draw(nine(), 'loss', {theme!r}, '0'))"
    )
    moved = {
        "HOME": str(tmp_path),
        "MPLCONFIGDIR": str(tmp_path),
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
    }
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **moved}, capture_output=True, check=True
    )
    first = plots.draw(nine(), "loss", theme, "0")
    assert plots.draw(nine(), "loss", theme, "0") == first
    assert other.stdout == first


def test_settings_of_the_process_are_left_alone() -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 33}):
        before = dict(matplotlib.rcParams)
        file = plots.draw(ONE, "loss", "light", "0")
        assert dict(matplotlib.rcParams) == before
    assert plots.draw(ONE, "loss", "light", "0") == file


# Texts


def test_hostile_labels_are_text() -> None:
    curves = [Curve(label, [0, 1], [1, i]) for i, label in enumerate(HOSTILE)]
    svg = draw(curves, "<b>$x$ & @1@")
    assert {element.tag for element in svg.iter()} <= {
        SVG + tag for tag in ("svg", "title", "defs", "style", "g", "path", "text", "use", "clipPath", "rect")
    }
    found = strings(svg)
    assert "<b>$x$ & @1@" in found
    for label in ["script>", "a & b --> \" ' ]]>", "$math$ $\\frac{", "_under_score_ @0@ @series@"]:
        assert label in found
    assert "\u0434\u0430\u043d\u043d\u044b\u0435" in found
    assert "line break \ufffd\ufffd \ufffd" in found
    assert "\u2026" + "x" * 31 in found


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["nn/a.py", "nn/b.py"], ["a", "b"]),
        (["nn/a.py", "tensor/a.py", "c.py"], ["nn/a", "tensor/a", "c"]),
        (["a.py", "nn/a.py"], ["a", "nn/a"]),
        (["a.py", "b.sh"], ["a.py", "b.sh"]),
        (["train", "valid"], ["train", "valid"]),
        (["a.py", "a.py"], ["a", "a"]),
    ],
)
def test_labels_are_as_short_as_they_can_be(labels: list[str], expected: list[str]) -> None:
    assert plot_layout.short_labels(labels) == expected


def test_one_curve_needs_no_label() -> None:
    assert sorted(strings(draw(ONE)))[-2:] == ["loss", "step"]


def many(count: int) -> list[Curve]:
    return [Curve(f"examples/curve_{i}.py", STEPS, decay(1e3, 1 + i % 3)) for i in range(count)]


@pytest.mark.parametrize("curves", [nine(), nine()[1:4], many(2), many(30)], ids=len)
def test_labels_stand_apart_and_inside(curves: list[Curve]) -> None:
    svg = draw(curves)
    height = float(svg.get("height", ""))
    names = plot_layout.short_labels([curve.label for curve in curves])
    labels = sorted((y, x, text) for x, y, text in texts(svg) if text in names)
    assert sorted(text for _, _, text in labels) == sorted(names)
    for (above, _, _), (below, _, _) in pairwise(labels):
        assert below - above >= plot_layout.LINE - 0.02
    for y, x, text in labels:
        assert y - plot_layout.TEXT >= 0
        assert y + 0.3 * plot_layout.TEXT <= height
        assert x + plot_layout.text_width(text) <= plot_layout.WIDTH


def test_labels_have_the_order_of_the_ends() -> None:
    labels = sorted(
        (y, text)
        for _, y, text in texts(draw(nine()))
        if text.endswith(("net", "function")) or "_net_" in text
    )
    assert [text.removeprefix("two_layer_net_") for _, text in labels] == [
        "tf_two_layer_net", "numpy", "dynamic_net", "module", "optim", "nn", "tensor", "autograd", "custom_function",
    ]  # fmt: skip


def test_spread_moves_no_more_than_it_must() -> None:
    assert plot_layout.spread([10, 100, 50], 20, 0, 200) == [10, 100, 50]
    assert plot_layout.spread([50, 50, 50], 20, 0, 200) == [30, 50, 70]
    assert plot_layout.spread([0, 5], 20, 0, 200) == [0, 20]
    assert plot_layout.spread([199, 200], 20, 0, 200) == [180, 200]
    assert plot_layout.spread([100, 90, 30], 20, 0, 200) == [105, 85, 30]
    assert plot_layout.spread([], 20, 0, 200) == []


# Axes


def ticks(scale: plot_layout.Scale) -> list[str]:
    return [text for _, text in scale.ticks]


@pytest.mark.parametrize(
    ("values", "logarithmic", "expected"),
    [
        ([0, 500], False, ["0", "100", "200", "300", "400", "500"]),
        ([0.5, 0.82], False, ["0.5", "0.6", "0.7", "0.8"]),
        ([-3, 4], False, ["\u22122", "0", "2", "4"]),
        ([0, 3e8], False, ["0", "1e8", "2e8", "3e8"]),
        ([1000000, 1000003], False, ["1000000", "1000001", "1000002", "1000003"]),
        ([7, 7], False, ["4", "6", "8", "10"]),
        ([0.2, 667], True, ["1", "10", "100", "1000"]),
        ([4e-3, 3e7], True, ["0.01", "1", "100", "1e4", "1e6", "1e8"]),
        ([2, 70], True, ["2", "5", "10", "20", "50"]),
        ([1e-9, 4e-8], True, ["1e\u22129", "2e\u22129", "5e\u22129", "1e\u22128", "2e\u22128", "5e\u22128"]),
    ],
)
def test_ticks_are_few_and_round(values: list[float], logarithmic: bool, expected: list[str]) -> None:
    assert ticks(plot_layout.Scale(values, logarithmic, 0.07, 6)) == expected


@pytest.mark.parametrize(
    "values",
    [
        [1e308, 1e-308],
        [-1.7e308, 1.7e308],
        [5e-324, 5e-324],
        [1.0, 1.0 + 2e-16],
        [0.0, 1e-310],
        [1e16, 1e16 + 2],
        [0.0, 0.0],
        [-0.0, -5e-324],
        [nan, nan],
        [],
    ],
    ids=str,
)
def test_any_value_has_a_place(values: list[float]) -> None:
    curves = [Curve("a.py", [float(i) for i in range(len(values))], values), Curve("b.py", [], [])]
    found = strings(draw(curves))
    assert "b (empty)" in found
    for text in found:
        assert "nan" not in text
        assert "inf" not in text


def points(path: str) -> list[list[tuple[float, float]]]:
    """The lines that a path draws, each a list of points."""
    lines: list[list[tuple[float, float]]] = []
    for command, x, y in re.findall(r"([ML]) (\S+) (\S+)", path):
        if command == "M":
            lines.append([])
        lines[-1].append((float(x), float(y)))
    return lines


def drawn(svg: ElementTree.Element) -> list[list[list[tuple[float, float]]]]:
    return [points(p.get("d", "")) for p in svg.iter(f"{SVG}path") if "stroke-width: 2" in p.get("style", "")]


def test_curve_is_straight_where_the_axis_is_logarithmic() -> None:
    [[line]] = drawn(draw([Curve("a", STEPS[:7], [10.0**-i for i in range(7)])]))
    (x0, y0), (x1, y1) = line[0], line[-1]
    assert x0 < x1
    assert y0 < y1
    for x, y in line:
        assert abs((y - y0) / (y1 - y0) - (x - x0) / (x1 - x0)) < 1e-3


def test_values_that_are_not_finite_leave_a_gap() -> None:
    values = [1, 1.2, nan, 1.3, inf, -inf, 1.4, 1.6]
    svg = draw([Curve("a", [float(i) for i in range(8)], values)])
    [lines] = drawn(svg)
    assert [len(line) for line in lines if len(line) > 1] == [2, 2]
    assert len(list(svg.iter(f"{SVG}use"))) == 5  # the lone point too


def test_curves_that_coincide_take_turns() -> None:
    svg = draw(nine())
    dashes = [
        p.get("style", "") for p in svg.iter(f"{SVG}path") if "stroke-dasharray: 9,18" in p.get("style", "")
    ]
    assert len({re.search(r"stroke-dashoffset: (\S+?)(;|$)", style)[1] for style in dashes}) == 3  # type: ignore[index]
    marks = [use.get("style", "") for use in svg.iter(f"{SVG}use")]
    counts = [sum(color in mark for mark in marks) for color in plots.THEMES["light"]["curves"]]
    assert counts == [11, 4, 4, 3, 11, 11, 11, 11, 11]


# Colours


def linear(color: str) -> list[float]:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(one: str, other: str) -> float:
    low, high = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes (2009), severity 1
VISIONS = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def oklab(color: str, vision: str) -> tuple[float, float, float]:
    r, g, b = (sum(m * c for m, c in zip(row, linear(color), strict=True)) for row in VISIONS[vision])
    r, g, b = (min(1.0, max(0.0, c)) for c in (r, g, b))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize(("theme", "page"), [("light", "#ffffff"), ("dark", "#0d1117")])
def test_every_text_has_contrast(theme: str, page: str) -> None:
    svg = draw(nine(), theme=theme)
    colors = {re.search(r"fill: (#\w{6})", t.get("style", ""))[1] for t in svg.iter(f"{SVG}text")}  # type: ignore[index]
    assert len(colors) == 10
    assert min(contrast(color, page) for color in colors) >= 4.5


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stay_apart(theme: str, vision: str) -> None:
    # 0.02 in OKLab is just noticeable side by side.
    seen = [oklab(color, vision) for color in plots.THEMES[theme]["curves"]]
    assert min(dist(one, other) for one, other in combinations(seen, 2)) > 0.06


# Figures that an example shows

EXAMPLE = """\
import matplotlib.pyplot as plt

first = plt.figure()
plt.plot([1, 2, 3])
plt.title("first")
second = plt.figure()
plt.plot([3, 2, 1])
plt.title(r"second $x^2$")
plt.figure(first.number)  # active again, and still the first
plt.show()
print(plt.get_fignums())
plt.imshow([[1, 2], [3, 4]])
plt.pause(60)
plt.title("third")
plt.show(block=False)
print(plt.get_fignums())
plt.show()
print(plt.get_fignums())
"""


def show(folder: Path, script: str = EXAMPLE, **environment: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    (folder / "example.py").write_text(script)
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MPLBACKEND": "module://literate.figure_backend",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "example.py"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=50,
    )


def test_backend_saves_what_is_shown(tmp_path: Path) -> None:
    runs: list[dict[str, bytes]] = []
    for name in ("a", "b"):
        figures = tmp_path / name / "figures"
        run = show(
            tmp_path / name, LITERATE_FIGURES=str(figures), DISPLAY=":99", PYTHONHASHSEED=str(len(runs))
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n[1]\n[]\n", "")
        runs.append({path.name: path.read_bytes() for path in figures.iterdir()})
    assert sorted(runs[0]) == ["figure-1.svg", "figure-2.svg", "figure-3.svg"]
    assert runs[0] == runs[1]
    for number, title in enumerate([b"first", b"second", b"third"], 1):
        file = runs[0][f"figure-{number}.svg"]
        ElementTree.fromstring(file)
        assert b"<!-- " + title in file
        assert b"<dc:date>" not in file


def test_backend_shows_a_figure_of_its_own(tmp_path: Path) -> None:
    script = "import matplotlib.pyplot as plt\nfigure, _ = plt.subplots()\nfigure.show()\nprint(plt.get_fignums())\n"
    run = show(tmp_path, script, LITERATE_FIGURES=str(tmp_path / "figures"))
    assert (run.returncode, run.stdout, run.stderr) == (0, "[1]\n", "")
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["figure-1.svg"]


def test_backend_is_agg_where_nobody_asks_for_figures(tmp_path: Path) -> None:
    script = "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()\nprint(plt.get_fignums())\n"
    run = show(tmp_path, script, LITERATE_FIGURES="", DISPLAY="")
    assert (run.returncode, run.stdout) == (
        0,
        "[1]\n",
    ) or "non-interactive" in run.stderr  # as agg warns on a desktop
    assert not list(tmp_path.glob("*.svg"))


def test_backend_imports_nothing_of_ours(tmp_path: Path) -> None:
    script = (
        "import sys, matplotlib.pyplot as plt\nplt.figure()\n"
        "print(sorted(name for name in sys.modules if name.startswith('literate')))\n"
    )
    run = show(tmp_path, script)
    assert run.stdout == "['literate', 'literate.figure_backend']\n", run.stderr
