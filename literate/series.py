"""Series: numbers by step, read from what an example printed.

A line that begins with a step and goes on with names and numbers is a point of each of the series it names:

    step 100  loss 3.21e+05  accuracy 0.51

`epoch` and `iteration` count as steps too; `:`, `=` and commas between the words do not matter.
"""

import re

from literate.errors import LiterateError

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_STEP = re.compile(r"\s*\[?(?:step|epoch|iteration)s?\s*[:=]?\s*\[?(\d{1,18})(?![\d.])", re.IGNORECASE)
_POINT = re.compile(rf"([A-Za-z_][A-Za-z_0-9]*)\s*[:= ]\s*({NUMBER}|[-+]?(?:nan|inf)\b)", re.IGNORECASE)


class Series:
    """Values by step, in the order they were printed; `series[100]` is the value at step 100."""

    __slots__ = ("steps", "values")

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.values: list[float] = []

    @property
    def first(self) -> float:
        """The value printed first."""
        return self.values[0]

    @property
    def last(self) -> float:
        """The value printed last."""
        return self.values[-1]

    @property
    def min(self) -> float:
        """The smallest value."""
        return min(self.values)

    @property
    def max(self) -> float:
        """The largest value."""
        return max(self.values)

    def __repr__(self) -> str:
        """The values, as the error for a claim shows them."""
        return " ".join(f"{value:g}" for value in self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, step: int | str) -> float:
        """The value at `step`. Raises LiterateError for a step that was not printed."""
        if isinstance(step, str):
            raise KeyError(step)  # so Jinja2 asks for an attribute that is not there
        if step not in self.steps:
            raise LiterateError(f"no step {step}; the steps are {', '.join(map(str, self.steps[:20]))}")
        return self.values[self.steps.index(step)]


def parse_series(lines: list[str]) -> dict[str, Series]:
    """The series in what an example printed, by name."""
    found: dict[str, Series] = {}
    for line in lines:
        step = _STEP.match(line)
        if not step:
            continue
        for name, value in _POINT.findall(line, step.end()):
            series = found.setdefault(name, Series())
            series.steps.append(int(step[1]))
            series.values.append(float(value))
    return found
