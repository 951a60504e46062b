"""The docstring and the symbols of a script, as `ast` knows them."""

import ast
import random
import sysconfig
import warnings
from pathlib import Path

import pytest

from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.include import without_docstring
from literate.python_source import docstring_lines, find_symbols
from literate.selection import Target, select
from literate.source import Source
from tests.project import page_of

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


def source(text: str) -> Source:
    return Source.of_bytes("a.py", text.encode())


def shown(text: str) -> str:
    return (
        page_of("```\n:INCLUDE a.py header=no\n```\n", a_py=text).removeprefix("```\n").removesuffix("```\n")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('"""One."""\nx = 1\n', "x = 1\n", id="one line"),
        pytest.param('"""One."""\n\nx = 1\n', "x = 1\n", id="and the empty line after it"),
        pytest.param('"""One."""\n\n\nx = 1\n', "\nx = 1\n", id="one empty line alone"),
        pytest.param('"""One.\n\nTwo.\n"""\n\nx = 1\n', "x = 1\n", id="several lines"),
        pytest.param("'''One.\n'''\nx = 1\n", "x = 1\n", id="single quotes"),
        pytest.param("'One.'\nx = 1\n", "x = 1\n", id="quotes that are no triple ones"),
        pytest.param('r"""\\d"""\nx = 1\n', "x = 1\n", id="raw"),
        pytest.param('R"""\\d"""\nx = 1\n', "x = 1\n", id="raw, capital"),
        pytest.param('u"""One."""\nx = 1\n', "x = 1\n", id="unicode"),
        pytest.param('("One."\n "Two.")\nx = 1\n', "x = 1\n", id="joined in parentheses"),
        pytest.param('import os\n"""\nOne.\n"""\n\nx = 1\n', "import os\nx = 1\n", id="behind imports"),
        pytest.param(
            '#!/usr/bin/env python\n"""One."""\nx = 1\n', "#!/usr/bin/env python\nx = 1\n", id="shebang"
        ),
        pytest.param("# c\n\n'''One.'''\n# d\nx = 1\n", "# c\n\n# d\nx = 1\n", id="between comments"),
        pytest.param('x = """\nNo.\n"""\n', 'x = """\nNo.\n"""\n', id="a string that is assigned"),
        pytest.param(
            'f(\n"""No."""\n)\n', 'f(\n"""No."""\n)\n', id="a string at column 0 that is an argument"
        ),
        pytest.param(
            'x = f(\n"""No."""\n)\n"""One."""\ny = 1\n',
            'x = f(\n"""No."""\n)\ny = 1\n',
            id="an argument at column 0 in front of it",
        ),
        pytest.param('b"""No."""\nx = 1\n', 'b"""No."""\nx = 1\n', id="bytes"),
        pytest.param('f"""No."""\nx = 1\n', 'f"""No."""\nx = 1\n', id="an f-string"),
        pytest.param('"""a"""; x = 1\n', '"""a"""; x = 1\n', id="code on its line stays with it"),
        pytest.param('"""One."""  # c\nx = 1\n', "x = 1\n", id="a comment on its line"),
        pytest.param('"""One."""', "", id="nothing else, no line end"),
        pytest.param('"""One.\f\u2028Two."""\nx = 1\n', "x = 1\n", id="characters that splitlines splits on"),
        pytest.param("def f():\n    '''No.'''\n", "def f():\n    '''No.'''\n", id="of a function"),
        pytest.param("if 1:\n    '''No.'''\n", "if 1:\n    '''No.'''\n", id="within an if"),
        pytest.param('"""One."""\n"""Two."""\nx = 1\n', '"""Two."""\nx = 1\n', id="the first of two"),
        pytest.param('"""\\"""quoted\\""" too."""\nx = 1\n', "x = 1\n", id="escaped quotes"),
        pytest.param('"""One."""\n  \t\nx = 1\n', "x = 1\n", id="white space on the line after it"),
        pytest.param("", "", id="empty"),
        pytest.param("x = (\n", "x = (\n", id="not Python, and nothing that could be a docstring"),
    ],
)
def test_docstring_is_left_out(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_code_on_the_line_after_the_docstring_is_not_lost() -> None:
    assert shown('"""One."""\nimport os\n') == "import os\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a\n", "a.py:1:1: error: not valid Python: unterminated string literal (detected at line 1)"),
        ("'a'\nx = (\n", None),
        ("x = \n'a'\n", "a.py:1:5: error: not valid Python: invalid syntax"),
    ],
)
def test_not_valid_python(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(LiterateError, match="was never closed"):
            docstring_lines(source(text))
    else:
        with pytest.raises(LiterateError) as caught:
            docstring_lines(source(text))
        assert f"{caught.value.location}: error: {caught.value.message}" == expected


def test_a_docstring_is_found_in_front_of_what_is_not_valid() -> None:
    """A script of a newer Python: the head is enough to tell."""
    assert docstring_lines(source('"""One.\n"""\nx = (\n')) == (1, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = y = 1\n", "x 1-1, y 1-1", id="two targets"),
        pytest.param("x: int\n", "x 1-1", id="annotation alone"),
        pytest.param("x += 1\nx.y = 2\nx[0] = 3\n", "", id="no names"),
        pytest.param("[a, *b] = 1, 2\n", "a 1-1, b 1-1", id="unpacked"),
        pytest.param("# c\n\nx = 1\n", "x 3-3", id="a comment that is not directly above"),
        pytest.param("y = 1  # c\nx = 1\n", "y 1-1, x 2-2", id="a comment behind other code"),
        pytest.param("# c\n@d\n# e\ndef f(): pass\n", "f 1-4", id="comments above and between decorators"),
        pytest.param("try:\n    x = 1\nexcept E:\n    x = 2\n", "x 2-2, x 4-4", id="try"),
        pytest.param("for i in y:\n    x = 1\nelse:\n    z = 1\n", "x 2-2, z 4-4", id="loop"),
        pytest.param("with a:\n    def f():\n        y = 1\n", "f 2-3", id="with"),
        pytest.param("match a:\n    case 1:\n        x = 1\n", "x 3-3", id="match"),
        pytest.param(
            "def f():\n    if a:\n        class C:\n            x = 1\n",
            "f 1-4, f.C 3-4, f.C.x 4-4",
            id="deep",
        ),
        pytest.param("x = '''\na\n'''\n", "x 1-3", id="several lines"),
    ],
)
def test_symbols(text: str, expected: str) -> None:
    found = [f"{symbol.name} {symbol.first}-{symbol.last}" for symbol in find_symbols(source(text))]
    assert ", ".join(found) == expected


def library_files() -> list[Path]:
    files = [path for path in sorted(STANDARD_LIBRARY.glob("**/*.py")) if "site-packages" not in path.parts]
    files = [path for path in files if path.stat().st_size < 25_000]
    return random.Random(0).sample(files, 300)


def parse(text: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [ast.dump(node) for node in ast.parse(text).body]


def test_without_its_docstring_a_script_is_the_same() -> None:
    """Over 300 files of the standard library: one statement is gone, a string, and all others are as they were."""
    gone = 0
    for path in library_files():
        try:
            found = Source.of_bytes(path.name, path.read_bytes())
            before = parse(found.text.decode())
        except (LiterateError, SyntaxError, ValueError):
            continue  # made wrong on purpose, for the tests of Python itself
        left = without_docstring(found, select(found, Target(path.name)))
        after = parse(Excerpt.of(left, dedent=False).text.decode())
        if after != before:
            at = next(i for i, node in enumerate(before) if after[i : i + 1] != [node])
            assert (
                before[at].startswith("Expr(value=Constant(value='") or 'value=Constant(value="' in before[at]
            )
            assert before[:at] + before[at + 1 :] == after, path
            gone += 1
    assert gone > 100
