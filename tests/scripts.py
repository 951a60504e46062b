"""The example scripts as text, as parts that can be executed, and what they printed when they were recorded.

A script of the tutorial is a straight line: what comes before its training loop, the loop, and
what comes after. Here its own text is cut at the loop and nowhere else, so that a test can set
other starting arrays between the parts and look at every step, while all that runs is the script.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from literate.project import Project
from literate.recording import parse_recording, recording_path
from literate.rerun import Rerun
from literate.settings import parse_settings
from literate.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "README_raw.md"


def _on_the_page() -> list[str]:
    """The examples that README.md shows, by what the page says and by no list of ours."""
    settings = parse_settings((ROOT / "pyproject.toml").read_bytes())
    rerun = Rerun(Project(Workspace(str(ROOT)), settings, [TEMPLATE]))
    return sorted(rerun.examples(rerun.page(TEMPLATE)))


PATHS = _on_the_page()
FOLDERS = sorted({path.rpartition("/")[0] for path in PATHS})

# One thread, so that digits repeat and a busy machine does not slow the loops; a quiet TensorFlow.
SETTINGS = {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "1", "TF_ENABLE_ONEDNN_OPTS": "0"}
STEP_LINE = re.compile(r"step (\d+)  loss (\d\.\d\de[+-]\d\d)")


@dataclass(frozen=True)
class Printed:
    """What a script printed when it was recorded. That a run prints the same today, `README_raw.md` tests."""

    lines: list[str]
    stderr: list[str]

    @property
    def series(self) -> list[tuple[int, float]]:
        matches = map(STEP_LINE.fullmatch, self.lines)
        return [(int(match[1]), float(match[2])) for match in matches if match]


def printed(path: str) -> Printed:
    recording = parse_recording(path, (ROOT / recording_path(path)).read_bytes())
    return Printed(recording.lines, recording.stderr)


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


class Execution:
    """A script under way: everything before its training loop has run, in `names`.

    `text` stands in for the script's own, where a test shows what happens without one of its lines.
    """

    def __init__(self, path: str, text: str | None = None) -> None:
        tree = ast.parse(read(path) if text is None else text, path)
        (at,) = [i for i, statement in enumerate(tree.body) if isinstance(statement, ast.For)]
        loop = tree.body[at]
        assert isinstance(loop, ast.For)
        assert ast.unparse(loop.target) == "step"
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self._loop = _compile(loop.body, path)
        self._steps = compile(ast.Expression(loop.iter), path, "eval")
        exec(_compile(tree.body[:at], path), self.names)

    def losses(self) -> Iterator[float]:
        """Train, and give the loss of each step as the script computes it."""
        for step in eval(self._steps, self.names):
            self.names["step"] = step
            exec(self._loop, self.names)
            loss = self.names["loss"]
            yield float(loss.detach() if hasattr(loss, "detach") else loss)


def _compile(body: list[ast.stmt], path: str) -> CodeType:
    return compile(ast.Module(body, type_ignores=[]), path, "exec")
