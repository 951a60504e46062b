"""The series of the examples as curves: what a plot of them shows, in words and as a digest.

Apart from `plots`, so that a page can be woven and checked where matplotlib is not installed.
"""

from math import isfinite

STYLE = 1  # raised whenever the same curves come out as another picture, so that pages ask for it again


class Curve:
    """One series of one example: `values[i]` is what it printed at `steps[i]`."""

    __slots__ = ("label", "steps", "values")

    def __init__(self, label: str, steps: list[float], values: list[float]) -> None:
        self.label = label
        self.steps = steps
        self.values = values

    @property
    def points(self) -> list[tuple[float, float]]:
        """Steps and values, in the order in which they were printed."""
        return list(zip(self.steps, self.values, strict=True))


def is_logarithmic(curves: list[Curve]) -> bool:
    """Whether all values are positive and the largest is at least 30 times the smallest."""
    finite = [value for curve in curves for step, value in curve.points if isfinite(value) and isfinite(step)]
    return bool(finite) and min(finite) > 0 and max(finite) >= 30 * min(finite)


def describe(curves: list[Curve], series: str) -> str:
    """What the plot of `curves` shows, for those who do not see it: a line of text, not escaped."""
    scale = ", logarithmic" if is_logarithmic(curves) else ""
    clauses = "; ".join(_clause(curve) for curve in curves)
    return " ".join(f"{series} by step{scale}: {clauses}".split())


def plot_digest(curves: list[Curve], series: str) -> str:
    """Twelve hexadecimal digits that change with whatever the picture depends on."""
    from hashlib import sha256  # slow to import, and only plots need it

    # The floats make 1 and 1.0 the same, `ascii` knows no version of Unicode.
    content = [(c.label, [(float(step), float(value)) for step, value in c.points]) for c in curves]
    return sha256(ascii((STYLE, series, content)).encode("ascii")).hexdigest()[:12]


def _clause(curve: Curve) -> str:
    points = curve.points
    if not points:
        return f"{curve.label} without values"
    (start, first), (end, last) = points[0], points[-1]
    if len(points) == 1:
        return f"{curve.label} {first:.3g} at step {_step(start)}"
    return f"{curve.label} from {first:.3g} at step {_step(start)} to {last:.3g} at step {_step(end)}"


def _step(step: float) -> str:
    return f"{step:.15g}"
