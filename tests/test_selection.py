"""What fragments and pins select, and what they say where they select nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.selection import Target, dedent, digest, margin, select
from literate.source import Source
from tests.project import message

SCRIPT = """\
import math

SIZE = 3
# The widths
# of all layers.
WIDTHS: list[int] = [1, 2]
a, (b, *c) = 1, (2, 3)


# About the net.
@decorated
@twice(
    1,
)
class Net:
    depth = 2

    # How deep.
    # region pass
    @property
    def size(self):
        def inner():
            return 1
        return inner
    # endregion

    def forward(self):
        return 2


async def train():
    # region loop
    for step in range(3):
        # region body
        x = 1
        # endregion body
    # endregion


if SIZE:
    def chosen(): return 1

# region loop
done = True
# endregion loop
"""


def selected(text: str, fragment: str, path: str = "a.py") -> str:
    source = Source.of_bytes(path, text.encode())
    return Excerpt.of(select(source, Target.parse(f"{path}#{fragment}")), dedent=True).text.decode()


def fault(text: str, fragment: str, path: str = "a.py") -> str:
    with pytest.raises(LiterateError) as caught:
        selected(text, fragment, path)
    return message(caught.value)


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        pytest.param("L1", "import math\n", id="line"),
        pytest.param("L1-L3", "import math\n\nSIZE = 3\n", id="lines"),
        pytest.param("L22-L23", "def inner():\n    return 1\n", id="lines are dedented"),
        pytest.param("L19-L20", "@property\n", id="without region comments"),
        pytest.param("L3-L3", "SIZE = 3\n", id="the same line twice"),
        pytest.param("SIZE", "SIZE = 3\n", id="constant"),
        pytest.param(
            "WIDTHS",
            "# The widths\n# of all layers.\nWIDTHS: list[int] = [1, 2]\n",
            id="constant with comments",
        ),
        pytest.param("c", "a, (b, *c) = 1, (2, 3)\n", id="unpacked"),
        pytest.param("Net.depth", "depth = 2\n", id="constant of a class"),
        pytest.param("Net.forward", "def forward(self):\n    return 2\n", id="method"),
        pytest.param(
            "Net.size",
            "@property\ndef size(self):\n    def inner():\n        return 1\n    return inner\n",
            id="decorator, and a region comment ends the comments above",
        ),
        pytest.param("Net.size.inner", "def inner():\n    return 1\n", id="nested"),
        pytest.param("train", "async def train():\n    for step in range(3):\n        x = 1\n", id="async"),
        pytest.param("chosen", "def chosen(): return 1\n", id="within an if"),
        pytest.param("body", "x = 1\n", id="region within a region"),
        pytest.param(
            "loop",
            "    for step in range(3):\n        x = 1\n# ...\ndone = True\n",
            id="region that opens twice",
        ),
        pytest.param(
            "pass",
            "@property\ndef size(self):\n    def inner():\n        return 1\n    return inner\n",
            id="region",
        ),
    ],
)
def test_selects(fragment: str, expected: str) -> None:
    assert selected(SCRIPT, fragment) == expected


def test_a_symbol_has_its_decorators_and_comments() -> None:
    text = selected(SCRIPT, "Net")
    assert text.startswith("# About the net.\n@decorated\n@twice(\n    1,\n)\nclass Net:\n")
    assert text.endswith("        return 2\n")
    assert "region" not in text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.js", "a\n// region r\nb\n// endregion\nc\n", id="slashes"),
        pytest.param("a.sql", "a\n-- region r\nb\n-- endregion r\nc\n", id="dashes"),
        pytest.param("a.css", "a\n/* region r */\nb\n/* endregion */\nc\n", id="c"),
        pytest.param("a.html", "a\n<!-- region r -->\nb\n<!-- endregion -->\nc\n", id="markup"),
        pytest.param("a.md", "a\n<!-- region r -->\nb\n<!-- endregion -->\nc\n", id="markdown"),
        pytest.param("Makefile", "a\n# region r\nb\n# endregion\nc\n", id="a name without suffix"),
        pytest.param("a.clj", "a\n; region r\nb\n; endregion\nc\n", id="semicolon"),
        pytest.param("a.tex", "a\n% region r\nb\n% endregion\nc\n", id="percent"),
        pytest.param("a.py", "a\n#region r\nb\n#endregion\nc\n", id="no space, as editors write it"),
        pytest.param("a.py", "a\n#   region  r  \nb\n\t# endregion\nc\n", id="any white space"),
    ],
)
def test_regions_in_the_comments_of_the_language(path: str, text: str) -> None:
    assert selected(text, "r", path) == "b\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# regional\n", id="a longer word"),
        pytest.param("x = 1  # region r\n", id="behind code"),
        pytest.param('s = "region"\n', id="in a string"),
        pytest.param("# see the region\n", id="within a comment"),
        pytest.param("// region r\n", id="comments of another language"),
    ],
)
def test_what_is_no_region_comment(text: str) -> None:
    assert selected(text + "x = 1\n", "L1-L2") == text + "x = 1\n"


@pytest.mark.parametrize(
    ("text", "fragment", "expected"),
    [
        pytest.param("x = 1\n", "L2", "error: '#L2' is out of range: a.py has 1 line", id="one line"),
        pytest.param("x = 1\ny = 2\n", "L1-L3", "error: '#L3' is out of range: a.py has 2 lines", id="lines"),
        pytest.param("", "L1", "error: '#L1' is out of range: a.py has 0 lines", id="empty file"),
        pytest.param(
            "x = 1\n", "L0", "error: '#L0-L0' is no range of lines: it must rise, from 1 on", id="line 0"
        ),
        pytest.param(
            "x = 1\ny = 2\n",
            "L2-L1",
            "error: '#L2-L1' is no range of lines: it must rise, from 1 on",
            id="falls",
        ),
        pytest.param(
            "x = 1\n", "L1-2", "error: '#L1-2' is no range of lines; write it as '#L10-L20'", id="no second L"
        ),
        pytest.param(
            "def train(): pass\n",
            "trian",
            "error: no region or symbol 'trian' in a.py; the nearest is 'train'",
            id="nearest",
        ),
        pytest.param(
            "a = b = c = d = e = f = 1\n",
            "zzzz",
            "error: no region or symbol 'zzzz' in a.py; it has a, b, c, d, e, ...",
            id="nothing near",
        ),
        pytest.param("", "x", "error: no region or symbol 'x' in a.py; it has none", id="none"),
        pytest.param(
            "def f():\n    y = 1\n",
            "f.y",
            "error: no region or symbol 'f.y' in a.py; it has f",
            id="a local variable is no symbol",
        ),
        pytest.param(
            "def f(): pass\n\ndef f(): pass\n",
            "f",
            "error: '#f' fits 2 places in a.py; name lines\n    a.py:1:1: a symbol\n    a.py:3:1: a symbol",
            id="several symbols",
        ),
        pytest.param(
            "# region f\nx = 1\n# endregion\ndef f(): pass\n",
            "f",
            "error: '#f' fits 2 places in a.py; name lines\n    a.py:2:1: a region\n    a.py:4:1: a symbol",
            id="region and symbol",
        ),
        pytest.param(
            "# region r\n",
            "r",
            "a.py:1:1: error: region 'r' is never closed; add `# endregion`",
            id="never closed",
        ),
        pytest.param(
            "# endregion\n",
            "r",
            "a.py:1:1: error: `endregion` without a region that is open",
            id="never opened",
        ),
        pytest.param(
            "# region r\n# region r\n# endregion\n# endregion\n",
            "r",
            "a.py:2:1: error: region 'r' opens inside itself",
            id="inside itself",
        ),
        pytest.param(
            "# region r\n\n# endregion s\n",
            "r",
            "a.py:3:1: error: `endregion s` closes the region 'r'\n    a.py:1:1: 'r' opens here",
            id="another's end",
        ),
        pytest.param(
            "x = (\n", "x", "a.py:1:5: error: not valid Python: '(' was never closed", id="not valid Python"
        ),
    ],
)
def test_faults(text: str, fragment: str, expected: str) -> None:
    assert fault(text, fragment) == expected


def test_files_without_symbols_have_regions_alone() -> None:
    assert fault("a\n", "b", "a.txt") == "error: no region 'b' in a.txt; it has none"


PINNED = "x = 1\n    y = 2\n    z = 3\n"
PIN = digest(b"y = 2\nz = 3\n")


@pytest.mark.parametrize(
    ("text", "fragment", "expected"),
    [
        pytest.param(PINNED, "L2-L3", "y = 2\nz = 3\n", id="holds"),
        pytest.param("\n" + PINNED, "L3-L4", "y = 2\nz = 3\n", id="holds at other lines"),
        pytest.param("\ty = 2\n\tz = 3\n", "L1-L2", "y = 2\nz = 3\n", id="whatever its margin"),
        pytest.param("# region r\ny = 2\nz = 3\n# endregion\n", "r", "y = 2\nz = 3\n", id="region"),
    ],
)
def test_pins_that_hold(text: str, fragment: str, expected: str) -> None:
    assert selected(text, f"{fragment}@{PIN}") == expected


@pytest.mark.parametrize(
    ("text", "fragment", "expected"),
    [
        pytest.param(
            "\n\n" + PINNED, "L2-L3", "that stands at #L4-L5 now: `pin` moves it there", id="moved down"
        ),
        pytest.param(
            "y = 2\nz = 3\n",
            "L2-L3",
            "that stands at #L1-L2 now: `pin` moves it there",
            id="moved, out of range",
        ),
        pytest.param(
            "y = 2\nz = 3\ny = 2\nz = 3\n",
            "L2-L3",
            "that stands at #L1-L2, #L3-L4 now: `pin` moves it there",
            id="twice",
        ),
        pytest.param(
            "x = 1\ny = 2\nz = 4\n",
            "L2-L3",
            "read what changed in it, then `pin --accept` pins it anew",
            id="changed",
        ),
        pytest.param(
            "# region r\ny = 2\nz = 4\n# endregion\n",
            "r",
            "read what changed in it, then `pin --accept` pins it anew",
            id="region changed",
        ),
    ],
)
def test_pins_that_do_not_hold(text: str, fragment: str, expected: str) -> None:
    target = f"{fragment}@{PIN}"
    assert fault(
        text, target
    ) == f"error: the text of 'a.py#{target}' is no longer the one that was pinned" + (f"; {expected}")


@pytest.mark.parametrize("pin", ["", "123", "1234567890AB", "1234567890abc", "latest"])
def test_what_is_no_pin(pin: str) -> None:
    assert fault("x = 1\n", f"L1@{pin}") == (
        f"error: '@{pin}' is no pin: a pin is 12 of the digits 0-9a-f, as `pin` writes them"
    )


@given(st.text("ab \t\n"))
def test_dedent_takes_the_same_from_every_line(text: str) -> None:
    data = text.encode()
    white = margin(data)
    before, after = data.split(b"\n"), dedent(data).split(b"\n")
    assert [line.strip() for line in after] == [line.strip() for line in before]
    assert all(white + line == old for line, old in zip(after, before, strict=True) if line.strip())
    assert margin(dedent(data)) == b""


@given(st.lists(st.sampled_from(["", "a", "\x0c", "\u2028", "\x85", "b\x0bc"]), min_size=1), st.data())
def test_lines_are_those_that_editors_show(lines: list[str], data: st.DataObject) -> None:
    """Only line ends split lines: no form feed, no U+2028 and no other that `splitlines` splits on."""
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    text = "".join(line + "\n" for line in lines)
    expected = "".join(line + "\n" for line in lines[first - 1 : last])
    assert selected(text, f"L{first}-L{last}", "a.txt") == expected
