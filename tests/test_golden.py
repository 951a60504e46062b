"""Each folder of tests/data is a project: its README_raw.md must weave into its expected.md, or be wrong in the
way that its expected_error.txt says.

A new case: write its files and an empty expected.md or expected_error.txt, run `make golden`, and read what it
has become before you commit it.
"""

from pathlib import Path

import pytest

from literate.model import Settings
from literate.sources import Sources
from literate.weave import weave
from literate.workspace import Workspace
from tests.project import TEMPLATE, code_blocks, fences, message

DATA = Path(__file__).parent / "data"
CASES = sorted(path.parent for path in DATA.glob(f"*/{TEMPLATE}"))
PAGE, ERROR = "expected.md", "expected_error.txt"
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def woven(case: Path) -> tuple[str, bytes]:
    """The name of the expected file and what it should hold."""
    result = weave(TEMPLATE, Sources(Workspace(str(case)).read), Settings())
    if result.errors:
        text = "".join(f"{message(error)}\n" for error in sorted(result.errors, key=place))
        return ERROR, text.encode()
    return PAGE, b"".join(bytes(piece.data) for piece in result.pieces)


def place(error: object) -> tuple[str, int, int]:
    key: tuple[str, int, int] = error.location.key  # type: ignore[attr-defined]
    return key


@each_case
def test_golden(case: Path, request: pytest.FixtureRequest) -> None:
    name, text = woven(case)
    expected = case / name
    assert expected.exists(), f"{expected} is missing; it was {name} that came out"
    if request.config.getoption("--update-golden"):
        expected.write_bytes(text)
    assert expected.read_bytes().decode() == text.decode()


@each_case
def test_one_of_the_two_is_expected(case: Path) -> None:
    assert (case / PAGE).exists() != (case / ERROR).exists()


@pytest.mark.parametrize(
    "case", [case for case in CASES if (case / PAGE).exists()], ids=lambda case: case.name
)
def test_two_parsers_see_the_same_fences(case: Path) -> None:
    page = (case / PAGE).read_bytes().decode()
    assert {text for _, text in fences(page)} <= set(code_blocks(page))


def test_there_are_cases() -> None:
    assert len(CASES) >= 20
