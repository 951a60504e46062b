"""What depends on what, and whether make understands it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from literate.cli import main
from literate.errors import LiterateError
from literate.graph import make_rules
from tests.project import TEMPLATE, write

Output = pytest.CaptureFixture[str]

FILES = {
    "pyproject.toml": "[tool.literate]\n[tool.literate.example.'a.py']\ninputs = ['in.csv']\n",
    "a.py": "import own\n\nprint(own.x)\n",
    "own.py": "x = 1\n",
    "in.csv": "1\n",
    "n.md": ":INCLUDE b.txt\n",
    "b.txt": "b\n",
    TEMPLATE: ":INCLUDE n.md\n\n:OUTPUT a.py\n\n:INCLUDE a.py\n",
    "docs/README_raw.md": "d\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def recorded(folder: Path) -> Path:
    write(folder, FILES)
    assert main(["record", "-q"]) == 0
    assert main(["-q"]) == 0
    return folder


def graph(capsys: Output, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["graph", *words])
    return code, *capsys.readouterr()


def test_as_text(recorded: Path, capsys: Output) -> None:
    assert graph(capsys) == (
        0,
        (
            "README.md\n    README_raw.md\n    a.py\n    b.txt\n    n.md\n    recordings/a.py.json\n"
            "docs/README.md\n    docs/README_raw.md\n"
            "recordings/a.py.json\n    a.py\n    in.csv\n    own.py\n"
        ),
        "",
    )


def test_for_machines(recorded: Path, capsys: Output) -> None:
    code, out, _ = graph(capsys, "--json", "docs")
    assert (code, json.loads(out)["depends"]) == (0, {"docs/README.md": ["docs/README_raw.md"]})


def test_a_template_with_a_fault(folder: Path, capsys: Output) -> None:
    """Half of it would be worse than nothing."""
    write(folder, {TEMPLATE: ":INCLUDE c.py\n", "docs/README_raw.md": "d\n"})
    assert graph(capsys, "--make") == (3, "", "README_raw.md:1:10: error: no file 'c.py'\n")


def make(folder: Path, *goals: str) -> str:
    """What a real make prints; the test is skipped where there is none."""
    try:
        done = subprocess.run(
            ["make", "--no-print-directory", *goals],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no make here")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def aged(folder: Path, *newer: str) -> None:
    """Make all files as old as each other, those `newer` a little less."""
    for path in folder.rglob("*"):
        new = path.relative_to(folder).as_posix() in newer
        os.utime(path, (1_000_000_000 + new, 1_000_000_000 + new))


MAKEFILE = """\
all: README.md docs/README.md
README.md docs/README.md: ; @echo "weave '$@'"
recordings/%.json: ; @echo "record '$*'"; touch '$@'
include graph.mk
"""


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        pytest.param([], "make: Nothing to be done for 'all'.\n", id="nothing"),
        pytest.param(["b.txt"], "weave 'README.md'\n", id="an include of an include"),
        pytest.param(["docs/README_raw.md"], "weave 'docs/README.md'\n", id="a template"),
        pytest.param(["own.py"], "record 'a.py'\nweave 'README.md'\n", id="a module of a script"),
        pytest.param(["in.csv"], "record 'a.py'\nweave 'README.md'\n", id="an input"),
    ],
)
def test_make_does_what_is_needed(recorded: Path, capsys: Output, newer: list[str], expected: str) -> None:
    _, rules, _ = graph(capsys, "--make")
    write(recorded, {"Makefile": MAKEFILE, "graph.mk": rules})
    aged(recorded, *newer)
    assert make(recorded) == expected


def test_make_goes_on_without_a_file_that_is_gone(recorded: Path, capsys: Output) -> None:
    _, rules, _ = graph(capsys, "--make")
    write(recorded, {"Makefile": MAKEFILE, "graph.mk": rules})
    (recorded / "b.txt").unlink()
    aged(recorded)
    assert make(recorded) == "weave 'README.md'\n"


NAMES = [
    "a b",
    " a",
    "a#b",
    "#a",
    "a:b",
    "a$b",
    "$(x",
    "a&b",
    "a(b) c",
    '"a"',
    "a,b",
    "a@b",
    "a!b",
    "a+b",
    "{a}",
    "é",
    "a~b",
    "<a>",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_make_reads(folder: Path, name: str) -> None:
    """As a target and as what one needs."""
    write(folder, {name: "", "source": ""})
    write(
        folder, {"Makefile": "\n".join(make_rules({f"out {name}": [name, "source"]})) + "\n\t@echo never\n"}
    )
    rules = make_rules({f"out {name}": [name, "source"]})
    write(folder, {"Makefile": "\n".join([f"{rules[0]}\n\t@printf '%s\\n' '$@' '$<'", *rules[1:], ""])})
    assert make(folder) == f"out {name}\n{name}\n"
    write(folder, {f"out {name}": ""})
    aged(folder, f"out {name}")
    assert "is up to date" in make(folder)


@pytest.mark.parametrize(
    "name", ["a\tb", "a\nb", "a%b", "a;b", "a=b", "a\\b", "a*b", "a?b", "[a]", "a|b", "~a", "a(b)"]
)
def test_names_that_make_cannot_have(name: str) -> None:
    with pytest.raises(LiterateError, match=r"^make cannot have a file of this name$") as error:
        make_rules({"README.md": [name]})
    assert str(error.value.location) == name
