"""What holds for every page."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from literate.cli import main
from literate.errors import LiterateError
from literate.excerpt import Excerpt
from literate.layout import assemble
from literate.source import Source
from literate.template import parse
from tests.project import TEMPLATE, code_blocks, fences, page_of, snapshot, weave_bytes, weave_text, write
from tests.test_template import mixed

# Any character that a file can hold; NUL apart, for which Markdown shows another one.
any_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
fence_marks = st.lists(
    st.sampled_from(
        ["```", "~~~", "`", "````", "~~~~~", "``` py", "\n", "\n", "  ", "\t", "a", "> ", "- ", "<!--"]
    )
).map("".join)
texts = st.one_of(any_text, fence_marks)


@given(st.lists(st.one_of(any_text, fence_marks)).map("\n".join).filter(lambda text: ":" not in text))
@example("a\r\nb\n\x0c\u2028c\r\n```\n")
@example("\ufeffa\r\r\n")
def test_a_text_without_directives_is_its_page(text: str) -> None:
    assert weave_text({TEMPLATE: text + "\n"}) == (text + "\n", [])


@given(mixed)
def test_a_template_is_its_parts(text: str) -> None:
    """Put together again without any change, what was parsed is what was read."""
    template = parse(Excerpt.whole(Source(TEMPLATE, text.encode())))
    assert b"".join(bytes(piece.data) for piece in assemble(template, [])) == text.encode()


@given(st.binary(max_size=300), st.binary(max_size=100))
@example(b":INCLUDE a.py#x\n", b"\xff")
@example(b":INCLUDE a.py\n", b"'\\")
@example(b":INCLUDE a.py#\xc3\xa9\n", b"\0'")
def test_any_bytes_are_a_page_or_errors(template: bytes, source: bytes) -> None:
    _, errors = weave_bytes({TEMPLATE: template, "a.py": source, "a.md": source})
    assert all(error.startswith(("README_raw.md:", "a.py:", "a.md:")) for error in errors)


@given(mixed, fence_marks)
def test_any_template_is_a_page_or_placed_errors(template: str, source: str) -> None:
    _, errors = weave_text({TEMPLATE: template, "a.py": source, "a.md": source})
    assert all(error.startswith(("README_raw.md:", "a.py:", "a.md:")) for error in errors)


CONTEXTS = [
    pytest.param("{}\n", id="alone"),
    pytest.param("a\n{}\nb\n", id="in a paragraph"),
    pytest.param("- a\n\n  {}\n- b\n", id="in a list item"),
    pytest.param("10. a\n\n    {}\n", id="in a numbered item"),
    pytest.param("- - a\n\n    {}\n\n  - b\n", id="in a list in a list"),
    pytest.param("> {}\n\nb\n", id="in a quote"),
    pytest.param(">{}\n", id="in a quote without a space"),
    pytest.param("> > {}\n", id="in a quote in a quote"),
    pytest.param("> - a\n>\n>   {}\n> b\n", id="in a list in a quote"),
    pytest.param("- > a\n  >\n  > {}\n", id="in a quote in a list"),
]


def lines_of(text: str) -> str:
    """What an include of `text` has to show: its lines, each ended by a line end."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text else text + "\n"


@pytest.mark.parametrize("context", CONTEXTS)
@given(text=texts)
@settings(max_examples=60)
@example(text="```\n~~~\n")
@example(text="\n\n")
@example(text="\t`````\n\n\ta\r\n> b")
def test_any_text_becomes_one_fence(context: str, text: str) -> None:
    """With exactly that content, whatever it holds: GitHub's Markdown and a second implementation agree."""
    page = page_of(context.format(":INCLUDE a.txt header=no"), a_txt=text)
    assert code_blocks(page) == [lines_of(text)]
    assert fences(page) == [("text", lines_of(text))]


AUTHOR_FENCES = [
    pytest.param("```\n:I\n```\n", id="backticks"),
    pytest.param("~~~~ py\n:I\n~~~~\n", id="tildes"),
    pytest.param("  ```\n  :I\n  ```\n", id="indented"),
    pytest.param("- ```\n  :I\n  ```\n- b\n", id="in a list item"),
    pytest.param("> ```\n> :I\n> ```\n", id="in a quote"),
    pytest.param(">```\n>:I\n>```\n", id="in a quote without a space"),
    pytest.param("1. > ~~~\n   > :I\n   > ~~~\n", id="in a quote in a list"),
    pytest.param("```\n:I\n", id="never closed"),
]


@pytest.mark.parametrize("context", AUTHOR_FENCES)
@given(text=texts)
@settings(max_examples=60)
@example(text="```\n~~~~\n")
@example(text=" ```\n  ~~~~\n\t```")
def test_any_text_stays_in_its_fence(context: str, text: str) -> None:
    page = page_of(context.replace(":I", ":INCLUDE a.txt header=no"), a_txt=text)
    assert code_blocks(page) == [lines_of(text)]
    assert [content for _, content in fences(page)] == [lines_of(text)]


@given(mixed)
@settings(max_examples=25)
def test_building_twice_is_building_once(template: str) -> None:
    """And the second time nothing is written, nor would the page change if it were a template."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, {TEMPLATE: template, "a.py": "x = 1\n```\n", "a.md": "# A\n"})
        first = main(["-q", "--root", name])
        before = snapshot(folder)
        assert main(["-q", "--root", name]) == first
        assert snapshot(folder) == before
        assert main(["check", "-q", "--root", name]) == first


@given(any_text)
def test_sources_are_lines(text: str) -> None:
    try:
        found = Source.of_bytes("a.txt", text.encode())
    except LiterateError:
        pytest.fail("what was encoded as UTF-8 is UTF-8")
    assert found.text.decode() == lines_of(text)
    count = found.line_count()
    spans = [found.span_of_lines(number, number) for number in range(1, count + 1)]
    assert b"".join(found.text[start:end] for start, end in spans) == found.text
    assert [str(found.location(start)) for start, _ in spans] == [f"a.txt:{n}:1" for n in range(1, count + 1)]
