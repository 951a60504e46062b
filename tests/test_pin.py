"""`pin`: what it writes into templates, and what it leaves as it is."""

from hashlib import sha256
from pathlib import Path

import pytest

from literate.cli import main
from tests.project import TEMPLATE, snapshot, write

SOURCE = "x = 1\n\n\ndef f():\n    return x\n"


def pin_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


F = pin_of("def f():\n    return x\n")
X = pin_of("x = 1\n")


def pinned(folder: Path, template: str, *options: str, source: str = SOURCE) -> bytes:
    write(folder, {TEMPLATE: template, "a.py": source})
    assert main(["pin", "-q", "--root", str(folder), *options]) == 0
    return (folder / TEMPLATE).read_bytes()


@pytest.mark.parametrize(
    ("template", "options", "expected"),
    [
        pytest.param(":INCLUDE a.py#L4-L5\n", [], f":INCLUDE a.py#L4-L5@{F}\n", id="lines"),
        pytest.param(":INCLUDE a.py#L1", [], f":INCLUDE a.py#L1@{X}", id="line, and no line end"),
        pytest.param(":INCLUDE a.py#f\n", [], ":INCLUDE a.py#f\n", id="a name follows its text by itself"),
        pytest.param(":INCLUDE a.py#f\n", ["--all"], f":INCLUDE a.py#f@{F}\n", id="all"),
        pytest.param(
            ":INCLUDE a.py\n", ["--all"], f":INCLUDE a.py#@{pin_of(SOURCE)}\n", id="all, a whole file"
        ),
        pytest.param(
            ':INCLUDE  "a.py#L1"\theader=no \n',
            [],
            f':INCLUDE  "a.py#L1@{X}"\theader=no \n',
            id="quotes, options",
        ),
        pytest.param(
            ":INCLUDE header=no ./a.py#L1\n", [], f":INCLUDE header=no ./a.py#L1@{X}\n", id="behind an option"
        ),
        pytest.param(
            "\ufeffé\r\n> :INCLUDE a.py#L1\r\n\r\nb",
            [],
            f"\ufeffé\r\n> :INCLUDE a.py#L1@{X}\r\n\r\nb",
            id="CRLF",
        ),
        pytest.param(
            ":INCLUDE a.py#L1\n```\n:INCLUDE a.py#L1\n:INCLUDE a.py#L4-L5\n```\n",
            [],
            f":INCLUDE a.py#L1@{X}\n```\n:INCLUDE a.py#L1@{X}\n:INCLUDE a.py#L4-L5@{F}\n```\n",
            id="several",
        ),
        pytest.param("\\:INCLUDE a.py#L1\n", [], "\\:INCLUDE a.py#L1\n", id="not what is shown"),
        pytest.param(f":INCLUDE a.py#L1@{X}\n", [], f":INCLUDE a.py#L1@{X}\n", id="a pin that holds"),
        pytest.param(
            f":INCLUDE a.py#L2-L3@{F}\n", [], f":INCLUDE a.py#L4-L5@{F}\n", id="a pin that has moved"
        ),
        pytest.param(f":INCLUDE a.py#L3@{X}\n", [], f":INCLUDE a.py#L1@{X}\n", id="up"),
        pytest.param(
            f":INCLUDE a.py#L1@{F[::-1]}\n",
            ["--accept"],
            f":INCLUDE a.py#L1@{X}\n",
            id="a changed text, accepted",
        ),
    ],
)
def test_writes(tmp_path: Path, template: str, options: list[str], expected: str) -> None:
    assert pinned(tmp_path, template, *options).decode() == expected


def test_a_second_time_nothing_is_written(tmp_path: Path) -> None:
    pinned(tmp_path, ":INCLUDE a.py#L1\n")
    before = snapshot(tmp_path)
    assert main(["pin", "--root", str(tmp_path)]) == 0
    assert snapshot(tmp_path) == before


def test_pins_change_no_page(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE a.py#L4-L5\n\n:INCLUDE a.py\n", "a.py": SOURCE})
    assert main(["-q", "--root", str(tmp_path)]) == 0
    assert main(["pin", "--all", "-q", "--root", str(tmp_path)]) == 0
    assert main(["check", "-q", "--root", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            f":INCLUDE a.py#L1@{F[::-1]}\n",
            f"error: the text of 'a.py#L1@{F[::-1]}' has changed; read it, then `pin --accept` pins it anew",
            id="changed",
        ),
        pytest.param(
            ":INCLUDE a.py#L9\n", "error: '#L9' is out of range: a.py has 5 lines", id="out of range"
        ),
        pytest.param(":INCLUDE gone.py#L1\n", "error: no file 'gone.py'", id="missing"),
        pytest.param(
            ":INCLUDE\n",
            "error: `:INCLUDE` needs the path of a file: `:INCLUDE path[#fragment]`",
            id="no path",
        ),
        pytest.param(
            ":INCLUDE a.p'y'#L1\n",
            "error: quote the whole of 'a.py#L1', so that its pin can be written",
            id="quotes",
        ),
    ],
)
def test_where_anything_is_wrong_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], template: str, expected: str
) -> None:
    write(tmp_path, {TEMPLATE: f":INCLUDE a.py#L1\n{template}", "a.py": SOURCE})
    before = snapshot(tmp_path)
    assert main(["pin", "--root", str(tmp_path)]) == 3
    first = capsys.readouterr().err.splitlines()[0]
    assert first.partition(": ")[2].split("; the nearest")[0] == expected
    assert ":2:" in first.partition(": ")[0]
    assert snapshot(tmp_path) == before
