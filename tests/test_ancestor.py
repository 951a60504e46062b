"""By default an include is what the project's ancestor made of it, byte for byte.

The ancestor's rule, for scripts whose docstring it handled rightly: a line that begins with three double
quotes opens the docstring, the next such line closes it; both, all between them and the one line below are
left out; the rest follows the line `# Code in file PATH`.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.project import TEMPLATE, weave_text
from tests.scripts import PATHS, read

QUOTES = '"""'


def ancestor(template: str, scripts: dict[str, str]) -> str:
    """What the ancestor wrote for `template`."""
    page = []
    for line in lines_of(template):
        if line.startswith(":INCLUDE"):
            path = line.split()[1]
            page += [f"# Code in file {path}\n", *without_docstring(lines_of(scripts[path]))]
        else:
            page.append(line)
    return "".join(page)


def without_docstring(lines: list[str]) -> list[str]:
    marks = [number for number, line in enumerate(lines) if line.startswith(QUOTES)]
    assert len(marks) in (0, 2), "one of those that it did not handle rightly"
    return lines[: marks[0]] + lines[marks[1] + 2 :] if marks else lines


def lines_of(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")[:-1]]


def both(template: str, scripts: dict[str, str]) -> tuple[str, str]:
    page, errors = weave_text({TEMPLATE: template} | scripts)
    assert errors == []
    return page, ancestor(template, scripts)


SCRIPTS = [
    pytest.param('import os\n"""\nWhat it is.\n\nAnd how.\n"""\n\nx = 1\n', id="behind imports"),
    pytest.param('"""\nWhat it is.\n"""\n\nimport os\n\nx = 1\n', id="in front of imports"),
    pytest.param('# -*- coding: utf-8 -*-\nimport os, sys\n\n"""\né\n"""\n\nx = 1\n', id="behind a comment"),
    pytest.param('import os\n"""\nWhat.\n"""\n\n', id="nothing behind it"),
    pytest.param("import os\n\nx = 1\n", id="none"),
    pytest.param("", id="empty"),
    pytest.param(
        'import os\n"""\nWhat.\n"""\n\nclass A:\n  """\n  Its own.\n  """\n  x = """y"""\n',
        id="others, indented",
    ),
    pytest.param('"""What it is,\nand how.\n"""\n\nx = 1\n', id="text on the first line of it"),
    pytest.param('"""\nWhat.\n"""  # a comment\n\n\n\nx = 1\n', id="more empty lines"),
    pytest.param('x = \'\\\n```\'\n"""\nWhat.\n"""\n\ny = 1\n', id="a string over two lines"),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts(script: str) -> None:
    template = "# Title\n\nText.\n\n~~~~python\n:INCLUDE code/a.py\n~~~~\n\nMore.\n"
    page, expected = both(template, {"code/a.py": script})
    assert page == expected


def test_the_template_of_this_project() -> None:
    template = "# Title\n" + "".join(f"\n## {path}\n\n```python\n:INCLUDE {path}\n```\n" for path in PATHS)
    page, expected = both(template, {path: one_docstring(read(path)) for path in PATHS})
    assert page == expected


def one_docstring(script: str) -> str:
    """The script with its first and last docstring line as the ancestor needed them."""
    start = script.index(QUOTES)
    end = script.index(QUOTES, start + 3)
    middle = script[start + 3 : end]
    return script[:start] + f"{QUOTES}{middle.rstrip()}\n{QUOTES}" + script[end + 3 :]


statements = st.sampled_from(
    ["import os", "x = 1", "", "# c", "def f():\n  return 1", "x = '''\ny\n'''", "print(1)"]
)
blocks = st.lists(statements, max_size=5).map(lambda found: "".join(line + "\n" for line in found))
prose = st.lists(st.sampled_from(["What.", "", "  x = 1", "'a'", "é"]), max_size=4)


@given(imports=st.lists(st.sampled_from(["import os", "", "# c"])), text=prose, code=blocks)
def test_any_such_script(imports: list[str], text: list[str], code: str) -> None:
    script = "\n".join([*imports, QUOTES, *text, QUOTES, "", code])
    page, expected = both("````\n:INCLUDE a.py\n````\n", {"a.py": script})
    assert page == expected
