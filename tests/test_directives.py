"""The grammar of a directive's arguments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate.directives import ArgumentError, directive_name, misspelt, parse_arguments
from tests.project import errors_of

OPTIONS = ("header", "docstring")


@pytest.mark.parametrize(
    ("text", "words", "options"),
    [
        pytest.param("", [], {}, id="none"),
        pytest.param(" a.py", ["a.py"], {}, id="word"),
        pytest.param("  a.py \t b.py ", ["a.py", "b.py"], {}, id="any white space"),
        pytest.param(' "my file.py"', ["my file.py"], {}, id="double quotes"),
        pytest.param(" 'my file.py'", ["my file.py"], {}, id="single quotes"),
        pytest.param(""" "it's.py" """, ["it's.py"], {}, id="quotes in quotes"),
        pytest.param(' my" "file.py', ["my file.py"], {}, id="quotes within a word"),
        pytest.param(' ""', [""], {}, id="nothing in quotes"),
        pytest.param(" a.py header=no", ["a.py"], {"header": "no"}, id="option"),
        pytest.param(" header=no a.py", ["a.py"], {"header": "no"}, id="option first"),
        pytest.param(' header="no"', [], {"header": "no"}, id="option with quotes"),
        pytest.param(" header=", [], {"header": ""}, id="option without value"),
        pytest.param(" header=a=b", [], {"header": "a=b"}, id="value with an equals sign"),
        pytest.param(' "header=no"', ["header=no"], {}, id="quotes make a word of it"),
        pytest.param(" a/b=c.py", ["a/b=c.py"], {}, id="no key"),
    ],
)
def test_arguments(text: str, words: list[str], options: dict[str, str]) -> None:
    arguments = parse_arguments(text, OPTIONS, 2)
    assert [word.text for word in arguments.words] == words
    assert {key: word.text for key, word in arguments.options.items()} == options


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        pytest.param(
            " a.py heade=no",
            6,
            "unknown option 'heade'; the nearest is 'header'; the options are: header, docstring",
            id="unknown",
        ),
        pytest.param(
            " zzz=1", 1, "unknown option 'zzz'; the options are: header, docstring", id="unknown and not near"
        ),
        pytest.param(" header=no header=no", 11, "option 'header' is given twice", id="twice"),
        pytest.param(" a b", 3, "'b' is one argument too many; quotes protect spaces", id="too many"),
        pytest.param(" 'a b", 1, "the quote ' is never closed", id="open quote"),
        pytest.param(' a"', 2, 'the quote " is never closed', id="open quote in a word"),
    ],
)
def test_faults(text: str, column: int, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        parse_arguments(text, OPTIONS, 1)
    assert (caught.value.column, caught.value.message) == (column, message)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            ":INCLUDE a.py header=maybe\n",
            "README_raw.md:1:15: error: 'header' is yes or no, not 'maybe'",
            id="header",
        ),
        pytest.param(
            ":INCLUDE a.py docstring=no\n",
            "README_raw.md:1:15: error: 'docstring' is drop or keep, not 'no'",
            id="docstring",
        ),
        pytest.param(
            ":INCLUDE a.py dedent=\n", "README_raw.md:1:15: error: 'dedent' is yes or no, not ''", id="dedent"
        ),
        pytest.param(
            ":INCLUDE a.py linenos=yes\n",
            "README_raw.md:1:15: error: unknown option 'linenos'; the options are: header, docstring, dedent",
            id="unknown option",
        ),
        pytest.param(
            ":INCLUDE my file.py\n",
            "README_raw.md:1:13: error: 'file.py' is one argument too many; quotes protect spaces",
            id="too many",
        ),
        pytest.param(
            ":INCLUDE\n",
            "README_raw.md:1:9: error: `:INCLUDE` needs the path of a file: `:INCLUDE path[#fragment]`",
            id="no path",
        ),
        pytest.param(
            ':INCLUDE ""\n',
            "README_raw.md:1:10: error: `:INCLUDE` needs the path of a file: `:INCLUDE path[#fragment]`",
            id="empty path",
        ),
        pytest.param(
            ":INCLUDE #name\n", "README_raw.md:1:10: error: the path is missing", id="no path in front"
        ),
        pytest.param(
            ":TOC a\n",
            "README_raw.md:1:6: error: 'a' is one argument too many; quotes protect spaces",
            id="toc takes none",
        ),
        pytest.param(
            ":TOC depth=3-2\n",
            "README_raw.md:1:6: error: 'depth' is levels from 1 to 6 such as 2-3, not '3-2'",
            id="depth falls",
        ),
        pytest.param(
            ":TOC depth=0-7\n",
            "README_raw.md:1:6: error: 'depth' is levels from 1 to 6 such as 2-3, not '0-7'",
            id="depth out of range",
        ),
        pytest.param(
            ":TOC deep=2\n",
            "README_raw.md:1:6: error: unknown option 'deep'; the nearest is 'depth'; the options are: depth",
            id="option of toc",
        ),
        pytest.param(
            "é é\n>\té\n>\t:TOC 'é\n",
            "README_raw.md:3:8: error: the quote ' is never closed",
            id="columns count characters",
        ),
    ],
)
def test_faults_on_the_page(template: str, expected: str) -> None:
    assert errors_of(template, a_py="x = 1\n") == [expected]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b":TOC", "TOC"),
        (b":TOC\r", "TOC"),
        (b":INCLUDED is", "INCLUDED"),
        (b":TOC:", ""),
        (b": TOC", ""),
        (b":TOC2 x", ""),
        (b":" + b"A" * 40, ""),
    ],
)
def test_names(line: bytes, name: str) -> None:
    assert directive_name(line, 0) == name


@pytest.mark.parametrize(
    ("name", "in_fence", "meant"),
    [
        ("INCLUED", False, "INCLUDE"),
        ("INLCUDE", True, "INCLUDE"),
        ("Include", False, "INCLUDE"),
        ("Include", True, ""),
        ("INCLUDED", False, ""),
        ("TOCCATA", False, ""),
        ("NOTE", False, ""),
        ("TODO", False, ""),
        ("param", False, ""),
    ],
)
def test_misspelt(name: str, in_fence: bool, meant: str) -> None:
    assert misspelt(name, in_fence) == meant


@given(st.lists(st.text(st.characters(exclude_characters="\"'", exclude_categories=["Cs"])), max_size=4))
def test_quotes_protect_everything(words: list[str]) -> None:
    text = " ".join(f'"{word}"' for word in words)
    assert [word.text for word in parse_arguments(text, (), len(words)).words] == words


@given(st.text())
def test_any_text_is_arguments_or_a_placed_error(text: str) -> None:
    columns = []
    words = []
    try:
        words = parse_arguments(text, OPTIONS, 1).words
    except ArgumentError as error:
        columns.append(error.column)
    assert len(words) <= 1
    assert all(0 <= column < len(text) for column in columns)
