"""What the result of an example depends on: found in the text, nothing is imported."""

import pytest

from literate.dependencies import Dependencies, code_digest, digest_of, find_dependencies
from literate.errors import LiterateError
from literate.sources import Sources
from tests.project import Files, as_bytes, message


def sources(files: Files) -> Sources:
    def read(path: str) -> bytes:
        if path not in files:
            raise LiterateError(f"no file '{path}'")
        return as_bytes(files[path])

    return Sources(read, exists=lambda path: path in files)


def of(files: Files, example: str = "ex/a.py", inputs: tuple[str, ...] = ()) -> Dependencies:
    return find_dependencies(example, inputs, sources(files))


@pytest.mark.parametrize(
    ("script", "others", "expected"),
    [
        pytest.param("import b", {"ex/b.py": ""}, {"ex/b.py"}, id="beside the script"),
        pytest.param("from b import f", {"ex/b.py": ""}, {"ex/b.py"}, id="from"),
        pytest.param("import b", {"ex/b.py": "import c", "ex/c.py": ""}, {"ex/b.py", "ex/c.py"}, id="further"),
        pytest.param("import b", {"ex/b.py": "import a"}, {"ex/b.py"}, id="in a circle"),
        pytest.param(
            "import p.m", {"ex/p/__init__.py": "", "ex/p/m.py": ""}, {"ex/p/__init__.py", "ex/p/m.py"}, id="package"
        ),
        pytest.param("from p import m", {"ex/p/m.py": ""}, {"ex/p/m.py"}, id="package without __init__"),
        pytest.param(
            "from p import m",
            {"ex/p/__init__.py": "from . import n", "ex/p/n.py": "from .q import x", "ex/p/q.py": "", "ex/p/m.py": ""},
            {"ex/p/__init__.py", "ex/p/m.py", "ex/p/n.py", "ex/p/q.py"},
            id="relative",
        ),
        pytest.param(
            "import p.m",
            {"ex/p/m.py": "from ..b import x", "ex/b.py": ""},
            {"ex/p/m.py", "ex/b.py"},
            id="relative, upwards",
        ),
        pytest.param("def f():\n    import b", {"ex/b.py": ""}, {"ex/b.py"}, id="inside a function"),
        pytest.param("if 0:\n    import b\n", {"ex/b.py": ""}, {"ex/b.py"}, id="under a condition"),
        pytest.param("'import b'  # import b", {"ex/b.py": ""}, set(), id="only said"),
    ],
)  # fmt: skip
def test_modules(script: str, others: Files, expected: set[str]) -> None:
    found = of({"ex/a.py": script, **others})
    assert found.files.keys() == {"ex/a.py"} | expected
    assert found.modules == list(found.files)
    assert found.packages == set()


def test_packages_are_what_the_project_does_not_have() -> None:
    script = "import numpy.linalg\nfrom torch import nn\nimport math\nimport b\nfrom p import m\n"
    found = of({"ex/a.py": script, "ex/b.py": "import jax", "ex/p/m.py": ""})
    assert found.packages == {"numpy", "torch", "math", "jax"}


def test_a_module_is_looked_for_beside_the_script_not_at_the_root() -> None:
    found = of({"ex/a.py": "import b", "b.py": ""})
    assert (found.files.keys(), found.packages) == ({"ex/a.py"}, {"b"})


def test_a_script_in_the_root() -> None:
    assert of({"a.py": "import b", "b.py": "from os import path"}, "a.py").files.keys() == {"a.py", "b.py"}


def test_inputs_may_be_any_bytes() -> None:
    found = of({"ex/a.py": "", "data.bin": b"\xff\r\n"}, inputs=("data.bin",))
    assert found.files == {"ex/a.py": digest_of(b""), "data.bin": digest_of(b"\xff\r\n")}
    assert found.modules == ["ex/a.py"]


def test_line_ends_and_marks_are_those_of_a_checkout() -> None:
    unix, other = (
        of({"ex/a.py": text}).files for text in (b"x = 1\ny = 2\n", b"\xef\xbb\xbfx = 1\r\ny = 2\r\n")
    )
    assert unix == other


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, "error: no file 'ex/a.py'", id="no script"),
        pytest.param({"ex/a.py": "x =\n"}, "ex/a.py:1:4: error: not valid Python: invalid syntax", id="no Python"),
        pytest.param(
            {"ex/a.py": "import b", "ex/b.py": "\n(\n"},
            "ex/b.py:2:1: error: not valid Python: '(' was never closed",
            id="of a module",
        ),
        pytest.param(
            {"ex/a.py": b"# \xff"},
            "ex/a.py:1:3: error: not UTF-8: byte 0xff at offset 2; save the file as UTF-8",
            id="bytes",
        ),
    ],
)  # fmt: skip
def test_faults(files: Files, expected: str) -> None:
    with pytest.raises(LiterateError) as caught:
        of(files)
    assert message(caught.value) == expected


def test_a_nul_is_not_valid_python() -> None:  # which Python 3.12 places, and Python 3.11 does not
    with pytest.raises(
        LiterateError, match=r"^not valid Python: source code string cannot contain null bytes$"
    ):
        of({"ex/a.py": "x = 1\0"})


def test_an_input_that_is_missing() -> None:
    with pytest.raises(LiterateError, match=r"^no file 'data.txt'$"):
        of({"ex/a.py": ""}, inputs=("data.txt",))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x = 1  # one\n\ny = '#'\n", True),
        ("# first\nx = 1\ny = '#'\n", True),
        ("x = 1\n\n\n\ny = '#'\n\n", True),
        ("x = 2\ny = '#'\n", False),
        ("x = 1\ny = '# '\n", False),
        ("x = 1\nif 1:\n    y = '#'\n", False),
    ],
)
def test_comments_are_no_code(text: str, same: bool) -> None:
    assert (code_digest(text.encode()) == code_digest(b"x = 1\ny = '#'\n")) is same


def test_a_line_inside_a_string_is_code() -> None:
    assert code_digest(b"x = '''\n# a\n\n'''\n") != code_digest(b"x = '''\n\n'''\n")
