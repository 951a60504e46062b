"""What other tools that splice files into Markdown fell into, each by name.

First the ancestor of this project, then some sixty others.
"""

import os
import stat
from pathlib import Path

import pytest

from tests.project import (
    TEMPLATE,
    code_blocks,
    errors_of,
    fences,
    html,
    page_of,
    run,
    snapshot,
    write,
)

IN_FENCE = "```python\n:INCLUDE a.py\n```\n"
HEADER = "# Code in file a.py\n"


def shown(source: str) -> str:
    """The one code block that a page with the script `a.py` shows."""
    (block,) = code_blocks(page_of(IN_FENCE, a_py=source))
    return block.removeprefix(HEADER)


# The ancestor


def test_a_docstring_of_one_line_does_not_swallow_the_rest() -> None:
    assert shown('"""What it is."""\n\nimport os\n') == "import os\n"


def test_a_string_with_quotes_at_column_0_does_not_swallow_the_rest() -> None:
    source = 'x = """\n"""\ny = f(\n"""z""")\n'
    assert shown(source) == source


def test_a_missing_include_leaves_the_page_whole(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "# New\n\n:INCLUDE missing.py\n", "README.md": "# Old\n\nAll of it.\n"})
    before = snapshot(tmp_path)
    result = run(tmp_path)
    assert (result.returncode, result.stderr) == (3, "README_raw.md:3:10: error: no file 'missing.py'\n")
    assert snapshot(tmp_path) == before


def test_a_directive_without_a_path_is_no_traceback() -> None:
    (error,) = errors_of("a\n:INCLUDE\n")
    assert error.startswith("README_raw.md:2:9: error: `:INCLUDE` needs the path of a file")


def test_backticks_in_a_source_do_not_break_the_fence() -> None:
    source = 's = """\n```\n"""\n'
    assert shown(source) == source


def test_prose_that_begins_like_a_directive_is_prose() -> None:
    assert page_of(":INCLUDED is a word\n") == ":INCLUDED is a word\n"


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}])
def test_the_encoding_is_not_that_of_the_locale(tmp_path: Path, environment: dict[str, str]) -> None:
    write(tmp_path, {TEMPLATE: "é\n:INCLUDE a.txt\n", "a.txt": "日本\n"})
    environment |= {"PYTHONCOERCECLOCALE": "0"}
    assert run(tmp_path, "--set", "banner=false", **environment).returncode == 0
    assert (tmp_path / "README.md").read_bytes() == "é\n```text\n日本\n```\n".encode()


# Others


@pytest.mark.parametrize("source", ["```\na\n```\n", "~~~\n", "    ```\n", "````` py\n"])
def test_a_page_does_not_grow_at_every_run(tmp_path: Path, source: str) -> None:
    write(tmp_path, {TEMPLATE: "```\n:INCLUDE a.txt\n```\n\n:INCLUDE a.txt\n", "a.txt": source})
    assert run(tmp_path).returncode == 0
    before = snapshot(tmp_path)
    assert run(tmp_path).stdout == "README.md: fresh\n"
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("target", ["missing.py", "../secret.py", "a.py#L9", "a.py#gone", "folder"])
def test_check_does_not_pass_on_a_missing_or_refused_source(tmp_path: Path, target: str) -> None:
    project = tmp_path / "project"
    write(tmp_path, {"project/a.py": "x = 1\n", "project/folder/x": "", "secret.py": ""})
    write(project, {TEMPLATE: f":INCLUDE {target}\n", "README.md": f":INCLUDE {target}\n"})
    result = run(project, "check")
    assert result.returncode == 3
    assert result.stderr.startswith("README_raw.md:1:10: error: ")


def test_check_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "new\n", "README.md": "old\n", f"docs/{TEMPLATE}": "new\n"})
    before = snapshot(tmp_path)
    assert run(tmp_path, "check").returncode == 1
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "docs/README.md").exists()


def test_fences_of_tildes_are_known() -> None:
    page = page_of("~~~ python\n:INCLUDE a.py\n~~~\n", a_py="x = '''\n~~~\n```\n'''\n")
    assert fences(page) == [("python", f"{HEADER}x = '''\n~~~\n```\n'''\n")]


def test_a_region_that_is_not_closed_does_not_run_to_the_end() -> None:
    assert errors_of(":INCLUDE a.py#r\n", a_py="\n# region r\nx = 1\n") == [
        (
            "a.py:2:1: error: region 'r' is never closed; add `# endregion`\n"
            "    README_raw.md:1:1: included here"
        )
    ]


def test_a_region_that_is_missing_is_not_empty_text() -> None:
    assert errors_of(":INCLUDE a.txt#r\n", a_txt="a\n") == [
        "README_raw.md:1:10: error: no region 'r' in a.txt; it has none"
    ]


def test_lines_out_of_range_are_not_empty_text() -> None:
    assert errors_of(":INCLUDE a.txt#L2-L3\n", a_txt="a\nb\n") == [
        "README_raw.md:1:10: error: '#L3' is out of range: a.txt has 2 lines"
    ]


def test_a_cycle_is_neither_a_recursion_error_nor_silence() -> None:
    (error,) = errors_of(":INCLUDE a.md\n", a_md=":INCLUDE b.md\n", b_md=":INCLUDE a.md\n")
    assert error.startswith("b.md:1:10: error: a cycle of includes: a.md -> b.md -> a.md\n")


@pytest.mark.parametrize("length", [65_535, 65_536, 200_000])
def test_lines_over_64_kib(length: int) -> None:
    line = "x" * length + "\n"
    assert shown(line) == line
    assert page_of(line) == line


def test_paths_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "my project"
    write(folder, {TEMPLATE: ":INCLUDE 'my file.txt'\n:INCLUDE \"a b/c d.txt#L1\"\n"})
    write(folder, {"my file.txt": "a\n", "a b/c d.txt": "b\n"})
    assert run(folder).returncode == 0
    assert code_blocks((folder / "README.md").read_text()) == ["a\n", "b\n"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("source_end", ["\n", "\r\n", "\r"])
def test_line_ends_are_neither_lost_nor_mixed(end: str, source_end: str) -> None:
    template = "# A\n\n```\n:INCLUDE a.txt\n```\n\n:INCLUDE b.md\n".replace("\n", end)
    page = page_of(template, a_txt="a\nb\n".replace("\n", source_end), b_md="c\n".replace("\n", source_end))
    assert page == "# A\n\n```\na\nb\n```\n\nc\n".replace("\n", end)


def test_docs_does_not_let_docs_secret_through(tmp_path: Path) -> None:
    write(tmp_path, {f"docs/{TEMPLATE}": ":INCLUDE ../docs-secret/a.txt\n", "docs-secret/a.txt": "secret"})
    result = run(tmp_path / "docs")
    assert (result.returncode, result.stderr) == (
        3,
        "README_raw.md:1:10: error: '../docs-secret/a.txt' leads out of the project\n",
    )
    (tmp_path / "docs/link").symlink_to("../docs-secret")
    write(tmp_path, {f"docs/{TEMPLATE}": ":INCLUDE link/a.txt\n"})
    result = run(tmp_path / "docs")
    assert (result.returncode, result.stderr) == (
        3,
        "README_raw.md:1:10: error: 'link/a.txt' leads out of the project through a symbolic link\n",
    )


def test_a_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {f"project/{TEMPLATE}": ":INCLUDE a.txt\n", "secret.txt": "secret"})
    (tmp_path / "project/a.txt").symlink_to(tmp_path / "secret.txt")
    result = run(tmp_path / "project")
    assert result.returncode == 3
    assert not (tmp_path / "project/README.md").exists()


def test_no_page_is_written_before_the_error_in_the_last_is_seen(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/{TEMPLATE}": "new\n" for name in "abc"})
    write(tmp_path, {f"z/{TEMPLATE}": ":INCLUDE missing.py\n"})
    before = snapshot(tmp_path)
    assert run(tmp_path).returncode == 3
    assert snapshot(tmp_path) == before


def test_decorators_are_not_lost() -> None:
    source = "@cache\n@wraps(\n    f\n)\ndef g(): pass\n"
    assert code_blocks(page_of(":INCLUDE a.py#g\n", a_py=source)) == [source]


def test_of_two_functions_of_a_name_none_is_taken() -> None:
    (error,) = errors_of(":INCLUDE a.py#f\n", a_py="if x:\n    def f(): pass\nelse:\n    def f(): pass\n")
    assert error == (
        "README_raw.md:1:10: error: '#f' fits 2 places in a.py; name lines\n"
        "    a.py:2:1: a symbol\n"
        "    a.py:4:1: a symbol"
    )


def test_methods_of_a_name_are_told_apart_by_their_classes() -> None:
    source = "class A:\n    def f(self): pass\nclass B:\n    def f(self): return 1\n"
    assert code_blocks(page_of(":INCLUDE a.py#B.f\n", a_py=source)) == ["def f(self): return 1\n"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("outer.inner", "def inner(): pass\n"), ("SIZE", "SIZE = 3\n"), ("A.depth", "depth = 2\n")],
)
def test_nested_functions_and_constants_are_found(name: str, expected: str) -> None:
    source = "SIZE = 3\ndef outer():\n    def inner(): pass\nclass A:\n    depth = 2\n"
    assert code_blocks(page_of(f":INCLUDE a.py#{name}\n", a_py=source)) == [expected]


def test_a_directive_that_the_author_shows_is_not_run() -> None:
    page = page_of("```\n\\:INCLUDE missing.py\n```\n\n    \\:TOC\n\n`:INCLUDE x` is how.\n")
    assert code_blocks(page) == [":INCLUDE missing.py\n", ":TOC\n"]
    assert "<code>:INCLUDE x</code>" in html(page)


def test_directives_in_a_source_are_not_run() -> None:
    source = ":INCLUDE missing.py\n:TOC\n\\:TOC\n"
    assert code_blocks(page_of(":INCLUDE a.txt\n", a_txt=source)) == [source]


@pytest.mark.skipif(os.name == "nt", reason="modes as POSIX has them")
def test_a_page_is_not_written_with_mode_0777(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "a\n"})
    before = os.umask(0o022)
    try:
        assert run(tmp_path).returncode == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "README.md").stat().st_mode) == 0o644


def test_stale_and_broken_have_exit_codes_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "a\n"})
    assert run(tmp_path, "check").returncode == 1
    write(tmp_path, {TEMPLATE: ":INCLUDE missing.py\n"})
    assert run(tmp_path, "check").returncode == 3


@pytest.mark.parametrize(
    "directive",
    [
        ":INCLUDE missing.py",
        ":INCLUDE a.py#gone",
        ":INCLUDE a.py x=1",
        ":INCLUDE ../a.py",
        ":TOC x",
        ":INCLUED a.py",
    ],
)
def test_errors_have_the_line_of_the_directive(directive: str) -> None:
    (error,) = errors_of(f"# A\n\n> {directive}\n", a_py="x = 1\n")
    assert error.startswith("README_raw.md:3:")


@pytest.mark.parametrize("source", ["x = 1", "x = 1\n", "x = 1\r\n"])
def test_the_fence_is_not_glued_to_the_last_line_of_code(source: str) -> None:
    assert shown(source) == "x = 1\n"


def test_all_of_it_in_one_project(tmp_path: Path) -> None:
    """Every fault of a run is told, each in its place, and then nothing is written."""
    directives = ["missing.py", "a.py#gone", "a.py#L9", "../x", "a.md"]
    write(tmp_path, {TEMPLATE: "".join(f":INCLUDE {target}\n" for target in directives), "a.py": "x = 1\n"})
    write(tmp_path, {"a.md": ":INCLUDE a.md\n", "README.md": "old\n"})
    before = snapshot(tmp_path)
    result = run(tmp_path)
    places = [line.split(": error")[0] for line in result.stderr.splitlines() if not line.startswith(" ")]
    assert places == [f"README_raw.md:{line}:10" for line in (1, 2, 3, 4)] + ["a.md:1:10"]
    assert snapshot(tmp_path) == before
