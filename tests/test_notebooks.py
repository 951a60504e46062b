"""Notebooks: what is in them, that they open complete, that they run, and the links to them.

The notebooks of the tutorial are run by nbclient, each in a kernel of its own.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from literate.agreement import differences
from literate.code_cells import code_cells
from literate.errors import LiterateError
from literate.links import with_links
from literate.printed import lines_by_cell
from literate.settings import parse_settings
from tests.project import ROOT, html, message, run, write

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
SCRIPT = '''"""Counts."""

import sys

# What to count to.
last = 3

for number in range(last):
    # One line a turn.
    print(f"turn {number}")

total = sum(range(last))
print("total", total)
total.bit_length()  # of no interest
'''
TEMPLATE = """# A *page*

Before. See [the script](count.py) and [counting](#counting), <img alt="" src="a.png">, [ref].

:TOC

Counting
--------

Words.

```python
:INCLUDE count.py
```

It prints:

:OUTPUT count.py

## No script

> ```python
> :INCLUDE count.py
> ```

<details>

## Folded

```python
:INCLUDE count.py
```

</details>

```python
:INCLUDE count.py#L1-L3
```

## Counting

:INCLUDE count.py

[ref]: docs/more.md#there
"""
PROJECT = {
    "README_raw.md": TEMPLATE,
    "count.py": SCRIPT,
    "a.png": b"",
    "docs/more.md": "# There\n",
    "pyproject.toml": '[tool.literate]\nexamples = ["*.py"]\n',
}


def read(path: Path) -> list[dict[str, object]]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return [dict(cell) for cell in notebook.cells]


def printed(cell: object) -> str:
    """What a code cell printed; a kernel may hand that over in parts."""
    assert isinstance(cell, dict)
    assert {(one["output_type"], one.get("name")) for one in cell["outputs"]} <= {("stream", "stdout")}
    return "".join(one["text"] for one in cell["outputs"])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of PROJECT and what `record` made of them."""
    folder = tmp_path_factory.mktemp("recorded")
    write(folder, PROJECT)
    result = run(folder, "record")
    assert (result.returncode, result.stderr) == (0, "")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(recorded: dict[str, bytes], tmp_path: Path) -> Path:
    write(tmp_path, recorded)
    return tmp_path


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python build_readme.py` in `folder`, with the packages that are installed."""
    return subprocess.run(
        [sys.executable, str(ROOT / "build_readme.py"), *words],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


# Cells


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("a = 1\n\nb = 2", ["a = 1\n\nb = 2"], id="an empty line alone splits nothing"),
        pytest.param("a = 1\n\n# B.\nb = 2", ["a = 1", "# B.\nb = 2"], id="a comment behind an empty line"),
        pytest.param("a = 1\n# B.\nb = 2", ["a = 1\n# B.\nb = 2"], id="a comment without an empty line"),
        pytest.param("# A.\n\n# B.\n\n\nb = 2", ["# A.", "# B.\n\n\nb = 2"], id="comments by themselves"),
        pytest.param(
            "for a in b:\n    c()\n\n    # D.\n    d()",
            ["for a in b:\n    c()\n\n    # D.\n    d()"],
            id="never inside a suite",
        ),
        pytest.param("a = '''\n\n# b\n'''", ["a = '''\n\n# b\n'''"], id="never inside a string"),
        pytest.param("a = [\n\n# b\n1]", ["a = [\n\n# b\n1]"], id="never inside brackets"),
        pytest.param(
            "a = 1\n\nwhile a:\n    a = 0\n\nb = 2\n\nc = 3",
            ["a = 1", "while a:\n    a = 0", "b = 2\n\nc = 3"],
            id="a loop by itself",
        ),
        pytest.param(
            "a = 1\n\n\n# F.\n@a\n@b(\n    1\n)\ndef f():\n    pass\n\n\nf = 1",
            ["a = 1", "# F.\n@a\n@b(\n    1\n)\ndef f():\n    pass", "f = 1"],
            id="decorators and their comment",
        ),
        pytest.param(
            "a = 1\nif a:\n    b = 1\nc = 1", ["a = 1\nif a:\n    b = 1\nc = 1"], id="no empty line"
        ),
        pytest.param("f()", ["f();"], id="a value at the end is silenced"),
        pytest.param("f()  # (N, H)", ["f();  # (N, H)"], id="in front of a comment"),
        pytest.param("ä = '☃'; f(ä)  # ä", ["ä = '☃'; f(ä);  # ä"], id="behind characters of several bytes"),
        pytest.param("f(\n    1\n)", ["f(\n    1\n);"], id="over lines"),
        pytest.param("f();", ["f();"], id="silenced already"),
        pytest.param("f()\nprint(1)", ["f()\nprint(1)"], id="nothing to silence"),
        pytest.param("f()\n\n# G.\ng = 1", ["f();", "# G.\ng = 1"], id="each cell"),
    ],
)
def test_cells(code: str, expected: list[str]) -> None:
    cells = code_cells(code, "a.py")
    assert cells == expected
    for cell in cells:
        compile(cell, "cell", "exec")


@pytest.mark.parametrize("path", [*(ROOT / "literate").glob("*.py"), *ROOT.glob("[an]*/two_*.py")], ids=str)
def test_cells_hold_the_whole_script(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    whole = "\n\n".join(code_cells(code, path.name))
    assert ast.dump(ast.parse(whole)) == ast.dump(ast.parse(code))


def test_code_that_is_no_python_is_an_error() -> None:
    with pytest.raises(LiterateError) as caught:
        code_cells("a = (", "a.py")
    assert message(caught.value) == "a.py: error: not valid Python: '(' was never closed"


LOOP = "for i in r:\n    print(f'step {i}')"
STEPS = ["step 0", "step 1"]


@pytest.mark.parametrize(
    ("cells", "lines", "expected"),
    [
        pytest.param(["a = 1"], [], [[]], id="nothing"),
        pytest.param([LOOP, "print('end', 1)"], [*STEPS, "end 1"], [STEPS, ["end 1"]], id="loop and end"),
        pytest.param(["print(x)", "print(x)"], ["1", "2"], [["1"], ["2"]], id="one each"),
        pytest.param(["print(x)", LOOP], ["step 0", "step 1"], [["step 0"], ["step 1"]], id="as few as can be"),
        pytest.param(["print('a\\nb')", "print()"], ["a", "b", ""], [["a", "b"], [""]], id="lines in a text"),
        pytest.param(["print(1, 'b', sep='-')"], ["1-b"], [["1-b"]], id="separator"),
        pytest.param([LOOP, LOOP], STEPS, [[], STEPS], id="two ways to tell, so the last"),
        pytest.param([LOOP, "a = 1"], ["from a library"], [["from a library"], []], id="no way, so the last"),
        pytest.param(["a.fit()", "b = 1"], ["epoch 1"], [[], ["epoch 1"]], id="nothing prints, so the end"),
        pytest.param(
            ["print(x)", "print('end')"], ["[[1 2]", " [3 4]]", "end"], [["[[1 2]", " [3 4]]"], ["end"]],
            id="a value of several lines",
        ),
        pytest.param(
            ["def f(x):\n    print('f', x)\n\n\ndef g():\n    f(1)", "g()", "print('end')"],
            ["f 1", "end"], [[], ["f 1"], ["end"]],
            id="functions",
        ),
        pytest.param(
            ["class M:\n    def forward(self):\n        print('pass')\n\n\nm = M()", "m(1)\nprint('end')"],
            ["end"], [[], ["end"]],
            id="methods that nobody calls by name",
        ),
        pytest.param(["if a:\n    print('a')", "print('b')"], ["b"], [[], ["b"]], id="perhaps"),
        pytest.param(
            ["import sys\nprint('no', file=sys.stderr)", "print('yes')"], ["yes"], [[], ["yes"]], id="stderr"
        ),
    ],
)  # fmt: skip
def test_lines_go_to_the_cell_that_prints_them(
    cells: list[str], lines: list[str], expected: list[list[str]]
) -> None:
    assert lines_by_cell(cells, lines, "a.py") == expected


def test_a_long_output_is_split_in_no_time() -> None:
    lines = [f"step {number}" for number in range(20_000)]
    assert lines_by_cell([LOOP, LOOP, LOOP, "print('end')"], lines, "a.py")[3] == lines


# Links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b.md)", "[a](<b.md>)"),
        ("[a](b.md 'title') ![c](d.png)", "[a](<b.md> 'title') ![c](!d.png!)"),
        ("[![a](b.png)](c(d).md)", "[![a](!b.png!)](<c(d).md>)"),
        ("[a](#b)", "[a](<#b>)"),
        ("[a]: b.md", "[a]: <b.md>"),
        ('<img src="a.png"><a href="b">', '<img src="!a.png!"><a href="<b>">'),
        ('<a href="b?c&amp;d">', '<a href="&lt;b?c&amp;d&gt;">'),
        ("[a](https://b.c) [d](mailto:e@f) [g](//h)", "[a](https://b.c) [d](mailto:e@f) [g](//h)"),
        ("`[a](b)` ``[`a](b)``", "`[a](b)` ``[`a](b)``"),
        ("```\n[a](b)\n```\n\n    [a](b)\n", "```\n[a](b)\n```\n\n    [a](b)\n"),
        ("\\[a](b) <!-- [a](b) -->", "\\[a](b) <!-- [a](b) -->"),
    ],
)
def test_only_targets_are_rewritten(text: str, expected: str) -> None:
    assert with_links(text, lambda target, image: f"!{target}!" if image else f"<{target}>") == expected


# What is written


def test_a_page_and_its_sections(project: Path) -> None:
    result = command(project, "export", "notebooks")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "notebooks/README.ipynb: written",
        "notebooks/counting.ipynb: written",
        "notebooks/counting-1.ipynb: written",
    ]
    cells = read(project / "notebooks" / "counting.ipynb")
    assert [(cell["cell_type"], cell["source"]) for cell in cells] == [
        ("markdown", "Counting\n--------\n\n*A section of [A page](../README.md#counting).*\n\nWords."),
        ("code", "# Code in file count.py\nimport sys"),
        ("code", "# What to count to.\nlast = 3"),
        ("code", 'for number in range(last):\n    # One line a turn.\n    print(f"turn {number}")'),
        ("code", 'total = sum(range(last))\nprint("total", total)\ntotal.bit_length();  # of no interest'),
        ("markdown", "It prints:\n\n```text\nturn 0\nturn 1\nturn 2\ntotal 3\n```"),
    ]
    assert [printed(cell) for cell in cells[1:5]] == ["", "", "turn 0\nturn 1\nturn 2\n", "total 3\n"]
    assert [cell["execution_count"] for cell in cells[1:5]] == [1, 2, 3, 4]


def test_a_script_in_a_quote_or_folded_or_in_part_stays_prose(project: Path) -> None:
    command(project, "export", "notebooks")
    cells = read(project / "notebooks" / "README.ipynb")
    assert sum(cell["cell_type"] == "code" for cell in cells) == 2 * 4
    (folded,) = [cell["source"] for cell in cells if "<details>" in str(cell["source"])]
    assert str(folded).startswith("## No script\n\n> ```python\n> # Code in file count.py\n")
    assert str(folded).endswith('```python\n"""Counts."""\n\nimport sys\n```')


def test_links_work_from_the_folder_of_the_notebook(project: Path) -> None:
    command(project, "export", "notebooks")
    (first, *_) = read(project / "notebooks" / "README.ipynb")
    text = str(first["source"])
    assert text.startswith(
        "# A *page*\n\nBefore. See [the script](../count.py) and [counting](#Counting), <img"
    )
    assert '<img alt="" src="../a.png">, [ref].' in text
    assert text.endswith("\n[ref]: ../docs/more.md#there")  # it stands at the end of the page


def test_the_same_bytes_every_time_and_ids_that_stay(project: Path) -> None:
    command(project, "export", "notebooks")
    path = project / "notebooks" / "README.ipynb"
    before, cells = path.read_bytes(), read(path)
    again = command(project, "export", "notebooks")
    assert again.stdout.count(": fresh\n") == 3
    assert path.read_bytes() == before
    template = (project / "README_raw.md").read_text()
    (project / "README_raw.md").write_text(template.replace("Words.", "Other words.\n\n#### More\n\nYes."))
    assert command(project, "export", "notebooks").returncode == 0
    ids, new = [{cell["id"] for cell in one} for one in (cells, read(path))]
    assert len(ids) == len(cells)
    assert len(ids - new) == 1
    assert len(new - ids) == 2


def test_a_page_in_a_folder_with_other_line_ends(recorded: dict[str, bytes], tmp_path: Path) -> None:
    files = {name: data for name, data in recorded.items() if not name.startswith("README")}
    template = "# Ö\r\n\r\n[a](../a.png)\r\n\r\n## Ü ü\r\n\r\n```python\r\n:INCLUDE /count.py\r\n```\r\n"
    write(tmp_path, {**files, "docs/README_raw.md": template})
    result = command(tmp_path, "export", "notebooks")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "notebooks/docs/README.ipynb: written\nnotebooks/docs/ü-ü.ipynb: written\n"
    cells = read(tmp_path / "notebooks" / "docs" / "README.ipynb")
    assert cells[0]["source"] == "# Ö\n\n[a](../../a.png)"
    assert [cell["cell_type"] for cell in cells] == ["markdown", "markdown", *["code"] * 4]


def test_nothing_is_written_where_anything_is_wrong(project: Path) -> None:
    (project / "count.py").write_text(SCRIPT.replace("3", "4"))
    result = command(project, "export", "notebooks")
    assert result.returncode == 1
    assert "count.py: error: its recording is stale: count.py has changed" in result.stderr
    assert not (project / "notebooks").exists()


def test_a_page_without_a_script(tmp_path: Path) -> None:
    write(tmp_path, {"README_raw.md": "# A page\n"})
    result = command(tmp_path, "export", "notebooks")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == (
        "README_raw.md: error: no recorded script is shown whole, outside of lists and quotes, "
        "so there is nothing to run\n"
    )


def test_without_nbformat(project: Path) -> None:
    result = run(project, "export", "notebooks")
    assert (result.returncode, result.stdout) == (3, "")
    assert (
        result.stderr
        == "error: notebooks are written by nbformat: pip install 'literate-readme[notebooks]'\n"
    )


# Links to Colab

COLAB = "https://colab.research.google.com/github/o/n/blob/main/notebooks"


def name_repository(project: Path, address: str) -> None:
    (project / "pyproject.toml").write_text(
        f'[tool.literate]\nexamples = ["*.py"]\nrepository = "{address}"\n'
    )


def links(project: Path) -> list[str]:
    return re.findall(r"\[Open in Colab\]\((.*)\)", (project / "README.md").read_text())


def test_sections_link_to_their_notebooks(project: Path) -> None:
    assert command(project).returncode == 0
    before = html((project / "README.md").read_text())
    name_repository(project, "https://github.com/o/n")
    assert command(project, "export", "notebooks").returncode == 0
    assert command(project).returncode == 0
    page = (project / "README.md").read_text()
    assert links(project) == [f"{COLAB}/counting.ipynb", f"{COLAB}/counting-1.ipynb"]
    assert f"\nCounting\n--------\n\n[Open in Colab]({COLAB}/counting.ipynb)\n\nWords.\n" in page
    without = re.sub(r'<p><a href="https://colab[^"]*">Open in Colab</a></p>\n', "", html(page))
    assert without == before  # headings, and so anchors, are as they were
    assert command(project, "check").returncode == 0


def test_with_a_repository_links_lead_there_since_colab_has_no_other_files(project: Path) -> None:
    name_repository(project, "https://github.com/o/n/tree/dev/")
    command(project, "export", "notebooks")
    text = str(read(project / "notebooks" / "README.ipynb")[0]["source"])
    assert "[the script](https://github.com/o/n/blob/dev/count.py)" in text
    assert '<img alt="" src="https://raw.githubusercontent.com/o/n/dev/a.png">' in text
    assert "[counting](#Counting)" in text
    assert command(project).returncode == 0
    assert links(project)[0] == f"{COLAB.replace('main', 'dev')}/counting.ipynb"


def test_a_notebook_that_is_missing_is_an_error(project: Path) -> None:
    name_repository(project, "https://github.com/o/n")
    command(project, "export", "notebooks")
    (project / "notebooks" / "counting-1.ipynb").unlink()
    result = command(project)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "README_raw.md:40:1: error: 'notebooks/counting-1.ipynb', which this section links to, is missing; "
        "`export notebooks` writes it\n"
    )


@pytest.mark.parametrize("address", ["https://github.com/o/n", "https://gitlab.com/o/n"])
def test_no_links_without_notebooks_or_where_colab_cannot_go(project: Path, address: str) -> None:
    name_repository(project, address)
    if "gitlab" in address:
        command(project, "export", "notebooks")
    assert command(project).returncode == 0
    assert links(project) == []


@pytest.mark.parametrize("value", ['"github.com/o/n"', '"https://a b"', '"https://a)"', "1"])
def test_a_repository_is_an_address(value: str) -> None:
    with pytest.raises(LiterateError) as caught:
        parse_settings(f"[tool.literate]\nrepository = {value}\n".encode())
    address = "'repository' is an address such as \"https://github.com/owner/name\""
    assert (
        message(caught.value) == f"pyproject.toml:2: error: {address}, not {value.replace(chr(34), chr(39))}"
    )


# The tutorial's own


def test_the_notebooks_are_those_of_the_page(tmp_path: Path) -> None:
    """`make notebooks` makes them so."""
    names = (
        "README_raw.md",
        "nine_ways.md.j2",
        "pyproject.toml",
        "requirements.txt",
        "CONTRIBUTING.md",
        "LICENSE",
        "literate/README.md",
    )
    files = {name: (ROOT / name).read_bytes() for name in names}
    for folder in ("tensor", "autograd", "nn", "recordings"):
        paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
        files |= {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    write(tmp_path, files)
    result = command(tmp_path, "export", "notebooks")
    assert (result.returncode, result.stderr) == (0, "")
    made = {path.name: path.read_bytes() for path in (tmp_path / "notebooks").iterdir()}
    assert sorted(made) == NOTEBOOKS
    assert [name for name in NOTEBOOKS if (ROOT / "notebooks" / name).read_bytes() != made[name]] == []


each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


@each_notebook
def test_opens_complete(name: str) -> None:
    """All code of the scripts is in it, all that they printed, and what its prose shows is there."""
    cells = read(ROOT / "notebooks" / name)
    code = "\n".join(str(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    examples = re.findall(r"^# Code in file (.*)$", code, re.MULTILINE)
    assert examples
    recordings = [json.loads((ROOT / "recordings" / f"{one}.json").read_bytes())["lines"] for one in examples]
    outputs = [printed(cell) for cell in cells if cell["cell_type"] == "code"]
    assert "".join(outputs).splitlines() == [line for lines in recordings for line in lines]
    prose = "\n".join(str(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    shown = re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", prose)
    targets = {first or second for first, second in shown if ":" not in first + second}
    assert targets
    missing = [one for one in targets if not (ROOT / "notebooks" / unquote(one)).exists()]
    assert missing == []


@pytest.mark.frameworks
@each_notebook
def test_runs_and_agrees_with_the_recordings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this Python
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    recorded = [printed(cell) for cell in notebook.cells if cell.cell_type == "code"]
    resources = {"metadata": {"path": str(tmp_path)}}
    client = nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, resources=resources)
    client.execute(env=os.environ | {"OMP_NUM_THREADS": "1"})
    now = [printed(cell) for cell in notebook.cells if cell.cell_type == "code"]
    for before, after in zip(recorded, now, strict=True):
        assert differences(before.splitlines(), after.splitlines(), rtol=0.02) == []
