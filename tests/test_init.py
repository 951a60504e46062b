"""`build-readme init`: what it writes weaves at once, and it never overwrites."""

from pathlib import Path

import pytest

from tests.project import TEMPLATE, run, snapshot, write

SETTINGS = """\
[tool.literate]
command = "build-readme"  # what pages say they are woven by
# examples = ["examples/*.py"]  # the scripts that `build-readme record` runs, for `:OUTPUT` and `:PLOT`
# exclude = ["tests/data"]  # folders whose templates are not woven
"""
FIRST = """\
# thing

What this is, in two sentences.

:TOC

## Examples

### `examples/first.py`

What there is to see in it.

```python
:INCLUDE examples/first.py
```

### `examples/two words.sh`

What there is to see in it.

```bash
:INCLUDE "examples/two words.sh"
```

### `run.py`

What there is to see in it.

```python
:INCLUDE run.py
```
"""
NEXT = "Next: say in {} what there is to see, then run `build-readme`.\n"


@pytest.fixture
def thing(tmp_path: Path) -> Path:
    """A folder with scripts, some of which nobody would show."""
    folder = tmp_path / "thing"
    write(folder, {"run.py": "print(1)\n", "examples/first.py": '"""One."""\n\nx = "```"\n'})
    write(folder, {"examples/two words.sh": "echo\n", "zoo.py": "print(2)\n"})
    write(folder, {"examples/broken.py": "x = (\n", "examples/empty.py": "", "examples/binary.py": b"\xff\n"})
    write(folder, {"examples/long.py": "x = 1\n" * 201, "examples/'\".py": "x = 1\n", "setup.py": "x = 1\n"})
    write(folder, {"tests/test_run.py": "x = 1\n", "examples/_private.py": "x = 1\n", "notes.txt": "x\n"})
    write(
        folder, {"env/pyvenv.cfg": "", "env/scripts/site.py": "x = 1\n", ".hidden/examples/h.py": "x = 1\n"}
    )
    return folder


def test_what_it_writes_weaves_at_once(thing: Path) -> None:
    result = run(thing, "init")
    shows = "examples/first.py, examples/two words.sh, run.py"
    told = f"{TEMPLATE}: written; it shows {shows}\npyproject.toml: written\n{NEXT.format(TEMPLATE)}"
    assert (result.returncode, result.stdout, result.stderr) == (0, told, "")
    assert (thing / TEMPLATE).read_text() == FIRST
    assert (thing / "pyproject.toml").read_text() == SETTINGS
    assert run(thing).stdout == "README.md: written\n"
    page = (thing / "README.md").read_text()
    assert '````python\n# Code in file examples/first.py\nx = "```"\n````\n' in page
    assert "  - [`examples/two words.sh`](#examplestwo-wordssh)\n" in page
    assert run(thing, "check").returncode == 0


def test_it_refuses_where_a_template_is(thing: Path) -> None:
    write(thing, {TEMPLATE: "mine\n"})
    before = snapshot(thing)
    result = run(thing, "init")
    told = f"error: '{TEMPLATE}' is there already; `build-readme` weaves it\n"
    assert (result.returncode, result.stdout, result.stderr) == (2, "", told)
    assert snapshot(thing) == before


def test_a_page_that_is_there_goes_into_the_template(thing: Path) -> None:
    page = "# Thing\n\nBy hand.\n\n```\n\\:INCLUDE x\n```\n"
    write(thing, {"README.md": page})
    result = run(thing, "init")
    kept = "The text of README.md is in it, and `build-readme` writes README.md from now on.\n"
    assert (result.returncode, result.stderr) == (0, "")
    assert kept in result.stdout
    assert (thing / "README.md").read_text() == page
    assert (thing / TEMPLATE).read_text().startswith(f"{page}\n## Examples\n")
    assert run(thing).returncode == 0


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("a\n\n:INCLUDE b.py\n", "README.md:3:10: error: no file 'b.py'; the nearest is 'zoo.py'\n"),
        ("a\n\n```\nb\n", "README.md:3:1: error: the code fence is never closed\n"),
        (b"a\n\xff\n", "README.md:2:1: error: not UTF-8: byte 0xff at offset 2; save the file as UTF-8\n"),
    ],
    ids=["a directive", "an open fence", "bytes"],
)
def test_a_page_that_cannot_be_woven_is_refused(thing: Path, page: str | bytes, error: str) -> None:
    write(thing, {"README.md": page})
    before = snapshot(thing)
    result = run(thing, "init")
    assert (result.returncode, result.stdout, result.stderr) == (3, "", error)
    assert snapshot(thing) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", SETTINGS),
        ('[project]\nname = "a"\n', f'[project]\nname = "a"\n\n{SETTINGS}'),
        ("[tool.ruff]", f"[tool.ruff]\n\n{SETTINGS}"),
        ("[tool.ruff]\r\n", "[tool.ruff]\r\n\r\n" + SETTINGS.replace("\n", "\r\n")),
        ("[tool.literate]\nbanner = false\n", "[tool.literate]\nbanner = false\n"),
    ],
    ids=["empty", "a project", "no line end", "CRLF", "settings"],
)
def test_settings_are_added_to_a_pyproject(thing: Path, before: str, after: str) -> None:
    write(thing, {"pyproject.toml": before})
    result = run(thing, "init")
    assert (result.returncode, result.stderr) == (0, "")
    assert ("pyproject.toml: [tool.literate] added at its end\n" in result.stdout) == (before != after)
    assert (thing / "pyproject.toml").read_bytes().decode() == after
    assert run(thing).returncode == 0


@pytest.mark.parametrize(
    ("pyproject", "error"),
    [
        (
            "[tool\n",
            "pyproject.toml:1: error: not valid TOML: Expected ']' at the end of a table declaration",
        ),
        (
            "tool = {}\n",
            "pyproject.toml: error: no table [tool.literate] can be added at its end; write one by hand\n",
        ),
        ("[tool.literate]\nbaner = 1\n", "pyproject.toml:2: error: unknown setting 'baner'; the nearest is"),
    ],
    ids=["broken", "no table can be added", "a wrong setting"],
)
def test_a_pyproject_that_is_wrong_is_refused(thing: Path, pyproject: str, error: str) -> None:
    write(thing, {"pyproject.toml": pyproject})
    before = snapshot(thing)
    result = run(thing, "init")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith(error)
    assert snapshot(thing) == before


def test_in_a_folder_of_a_project(thing: Path) -> None:
    """The template stands in the folder and its paths are relative to it; the settings stand at the root."""
    (thing / ".git").mkdir()
    result = run(thing / "examples", "init", "--root", "..")
    assert result.returncode == 0
    assert (
        result.stdout.splitlines()[0]
        == f"{TEMPLATE}: written; it shows examples/first.py, examples/two words.sh"
    )
    assert result.stdout.splitlines()[1] == "../pyproject.toml: written"
    assert "\n:INCLUDE first.py\n" in (thing / "examples" / TEMPLATE).read_text()
    assert run(thing).stdout == "examples/README.md: written\n"
    result = run(thing, "init", "nowhere")
    assert (result.returncode, result.stderr) == (2, "error: no file or folder 'nowhere'\n")


def test_a_folder_without_scripts(tmp_path: Path) -> None:
    result = run(tmp_path, "init")
    assert result.stdout.startswith(f"{TEMPLATE}: written; it shows no script yet\n")
    assert run(tmp_path).returncode == 0
    assert "```text\n:INCLUDE path/to/script.py\n```\n" in (tmp_path / "README.md").read_text()
