"""`:OUTPUT`, `:PLOT`, `:DIFF` and `:RENDER`: what comes out on the page, and every message."""

import pytest

from literate.dependencies import digest_of
from literate.directives import parse_arguments
from literate.model import RECORDED
from literate.pictures import figure_path, picture_lines
from literate.recording import recording_path
from tests.project import TEMPLATE, Files, code_blocks, message
from tests.recorded import LOSSES, drawn, recorded, recording, woven

A = '"""One."""\n\nimport math\n\nx = 1\ny = 2\nprint(x)\n'
B = '"""Two."""\n\nimport math\n\nx = 1\ny = 3\nprint(x)\n'
SVG = b"<svg/>"
SCRIPTS: Files = {
    "nn/a.py": A,
    "nn/b.py": B,
    "nn/c.py": "",
    "t.md.j2": "| a |\n| {{ example('nn/a.py').loss.last }} |\n",
}
FILES = recorded(SCRIPTS, {"nn/a.py": LOSSES, "nn/b.py": ["step 0 loss 1.0", "step 1 loss 0.5", "````"]})
FIGURE = figure_path("nn/a.py", 1)


def page(template: str, files: Files = FILES) -> str:
    found = woven(drawn({**files, TEMPLATE: template}))
    assert [message(error) for error in found.errors] == []
    return b"".join(bytes(piece.data) for piece in found.pieces).decode()


def errors(template: str, files: Files = FILES) -> list[str]:
    return [message(error) for error in woven({**files, TEMPLATE: template}).errors]


# OUTPUT


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", [0, 1, 2, 3]),
        ("head=1", [0, "... 3 more lines ..."]),
        ("tail=1", ["... 3 more lines ...", 3]),
        ("head=1 tail=1", [0, "... 2 more lines ...", 3]),
        ("head=1 tail=2", [0, "... 1 more line ...", 2, 3]),
        ("head=2 tail=2", [0, 1, 2, 3]),
        ("head=9", [0, 1, 2, 3]),
        ("head=0", ["... 4 more lines ..."]),
    ],
)
def test_output(options: str, expected: list[int | str]) -> None:
    lines = [LOSSES[line] if isinstance(line, int) else line for line in expected]
    assert code_blocks(page(f":OUTPUT nn/a.py {options}\n")) == ["".join(line + "\n" for line in lines)]


def test_output_in_a_list_and_in_a_fence() -> None:
    assert (
        page("- a\n\n  :OUTPUT nn/a.py tail=1\n")
        == "- a\n\n  ```text\n  ... 3 more lines ...\n  done\n  ```\n"
    )
    assert page("~~~\n:OUTPUT nn/a.py tail=1\n~~~\n") == "~~~\n... 3 more lines ...\ndone\n~~~\n"


def test_output_never_breaks_its_fence() -> None:
    assert code_blocks(page(":OUTPUT nn/b.py\n")) == ["step 0 loss 1.0\nstep 1 loss 0.5\n````\n"]


def test_output_of_nothing() -> None:
    files = recorded(SCRIPTS, {"nn/c.py": []})
    assert page(":OUTPUT nn/c.py\n", files) == "```text\n```\n"


def test_each_line_comes_from_its_line_of_the_recording() -> None:
    found = woven({**FILES, TEMPLATE: ":OUTPUT nn/a.py head=1 tail=1\n"})
    path = recording_path("nn/a.py")
    text = bytes(FILES[path])  # type: ignore[arg-type]
    pieces = [piece for piece in found.pieces if piece.kind == RECORDED]
    assert [bytes(piece.data) for piece in pieces] == [b"step 0  loss 4.0\n", b"done\n"]
    lines = [text[piece.offset : text.index(b"\n", piece.offset)].strip() for piece in pieces]
    assert lines == [b'"step 0  loss 4.0",', b'"done"']


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (":OUTPUT\n", ":1:8: error: the path of an example is missing"),
        (":OUTPUT nn/zz.py\n", ":1:9: error: no file 'nn/zz.py'"),
        (":OUTPUT nn/c.py\n", ":1:9: error: 'nn/c.py' has not been recorded; `record nn/c.py` runs it"),
        (":OUTPUT nn/a.py head=x\n", ":1:17: error: 'head' is a number of lines, not 'x'"),
        (":OUTPUT nn/a.py hea=1\n", (":1:17: error: unknown option 'hea'; the nearest is 'head'; "
         "the options are: head, tail")),
        (":OUTPUT nn/a.py nn/b.py\n", ":1:17: error: 'nn/b.py' is one argument too many; quotes protect spaces"),
        (":OUTPUT ../a.py\n", ":1:9: error: '../a.py' leads out of the project"),
        ("<p>\n:OUTPUT nn/a.py\n", (":2:9: error: no code block can begin inside HTML; "
         "leave an empty line in front of the directive")),
    ],
)  # fmt: skip
def test_output_faults(template: str, expected: str) -> None:
    assert errors(template) == [f"README_raw.md{expected}"]


def test_an_edited_recording_is_told_with_both_places() -> None:
    path = recording_path("nn/a.py")
    edited = bytes(FILES[path]).replace(b"loss 4.0", b"loss 3.0")  # type: ignore[arg-type]
    assert errors("a\n:OUTPUT nn/a.py\n", {**FILES, path: edited}) == [
        (
            "recordings/nn/a.py.json: error: this recording was edited by hand; `record --all nn/a.py` makes it anew\n"
            "    README_raw.md:2:1: included here"
        )
    ]


# PLOT


def test_plot() -> None:
    assert page(":PLOT nn/a.py\n") == (
        "<picture>\n"
        '  <source media="(prefers-color-scheme: dark)" srcset="recordings/plots/nn/a-loss-dark.svg">\n'
        '  <img alt="loss by step: nn/a.py from 4 at step 0 to 0.5 at step 20" '
        'src="recordings/plots/nn/a-loss-light.svg">\n'
        "</picture>\n"
    )


def test_plot_of_several_with_its_options() -> None:
    shown = page(':PLOT nn/a.py nn/b.py name=two alt="Two <curves>"\n')
    assert 'srcset="recordings/plots/two-dark.svg"' in shown
    assert '<img alt="Two &lt;curves&gt;" src="recordings/plots/two-light.svg">' in shown


def test_links_are_relative_to_the_page() -> None:
    assert 'src="recordings/plots/nn/a-loss-light.svg"' in page(":PLOT /nn/a.py\n")
    [picture] = woven({**FILES, TEMPLATE: ":PLOT nn/a.py\n"}).pictures
    lines = picture_lines(picture, parse_arguments("", (), 0), "docs/deep")
    assert 'srcset="../../recordings/plots/nn/a-loss-dark.svg"' in lines[1]


def test_a_plot_of_other_numbers_is_stale() -> None:
    files = drawn({**FILES, TEMPLATE: ":PLOT nn/a.py\n"})
    assert errors(":PLOT nn/a.py\n", files) == []
    again = recorded(SCRIPTS, {"nn/a.py": [line.replace("0.5", "0.4") for line in LOSSES]})
    expected = [
        (
            "README_raw.md:1:7: error: 'recordings/plots/nn/a-loss-light.svg' is not drawn from the recordings "
            "as they stand; `record` draws it"
        )
    ]
    assert errors(":PLOT nn/a.py\n", {**files, **again}) == expected
    assert errors(":PLOT nn/a.py\n", FILES) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (":PLOT\n", ":1:6: error: the path of an example is missing"),
        (":PLOT nn/c.py\n", ":1:7: error: 'nn/c.py' has not been recorded; `record nn/c.py` runs it"),
        (":PLOT nn/a.py series=acc\n", ":1:7: error: the recording of 'nn/a.py' has no series 'acc'; it has: loss"),
        (':PLOT nn/a.py name="a b"\n', ":1:15: error: 'name' is letters, digits, '-', '_', '.' and '/'"),
        (":PLOT nn/a.py figure=1\n", ":1:15: error: 'nn/a.py' showed 0 figures when it was recorded; there is no '1'"),
    ],
)  # fmt: skip
def test_plot_faults(template: str, expected: str) -> None:
    assert errors(template) == [f"README_raw.md{expected}"]


@pytest.fixture
def with_figure() -> Files:
    made = recording(SCRIPTS, "nn/a.py", LOSSES, figures={FIGURE: digest_of(SVG)})
    return {**SCRIPTS, recording_path("nn/a.py"): made.serialise(), FIGURE: SVG}


def test_figure(with_figure: Files) -> None:
    shown = page(":PLOT nn/a.py figure=1\n", with_figure)
    assert shown == '<img alt="figure 1 of nn/a.py" src="recordings/nn/a.py.figure-1.svg">\n'


@pytest.mark.parametrize("number", ["0", "2", "x", "99999999", "-1", "1.svg"])
def test_a_figure_that_was_not_shown(with_figure: Files, number: str) -> None:
    assert errors(f":PLOT nn/a.py figure={number}\n", with_figure) == [
        f"README_raw.md:1:15: error: 'nn/a.py' showed 1 figure when it was recorded; there is no '{number}'"
    ]


@pytest.mark.parametrize("changed", [{FIGURE: b"<svg>other</svg>"}, None])
def test_a_figure_that_is_not_the_recorded_one(with_figure: Files, changed: Files | None) -> None:
    files = (
        {**with_figure, **changed}
        if changed
        else {path: with_figure[path] for path in with_figure if path != FIGURE}
    )
    assert errors(":PLOT nn/a.py figure=1\n", files) == [
        f"README_raw.md:1:7: error: '{FIGURE}' is not the figure that was recorded; `record --all nn/a.py` mends it"
    ]


# DIFF


def test_diff_is_of_what_the_page_shows() -> None:
    assert page(":DIFF nn/a.py nn/b.py\n") == (
        "```diff\n--- nn/a.py\n+++ nn/b.py\n@@ -1,5 +1,5 @@\n import math\n \n x = 1\n-y = 2\n+y = 3\n print(x)\n```\n"
    )


def test_diff_of_parts_with_less_around() -> None:
    assert page(":DIFF nn/a.py#L5-L6 nn/b.py#L5-L6 context=0\n") == (
        "```diff\n--- nn/a.py\n+++ nn/b.py\n@@ -2 +2 @@\n-y = 2\n+y = 3\n```\n"
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (":DIFF\n", ":1:6: error: `:DIFF` needs two files: `:DIFF before after`"),
        (":DIFF nn/a.py\n", ":1:7: error: `:DIFF` needs two files: `:DIFF before after`"),
        (":DIFF nn/a.py zz.py\n", ":1:7: error: no file 'zz.py'"),
        (":DIFF nn/a.py nn/b.py context=x\n", ":1:23: error: 'context' is a number of lines, not 'x'"),
    ],
)
def test_diff_faults(template: str, expected: str) -> None:
    assert errors(template) == [f"README_raw.md{expected}"]


# RENDER


def test_render() -> None:
    assert page("a\n\n:RENDER t.md.j2\n") == "a\n\n| a |\n| 0.5 |\n"


def test_render_of_nothing() -> None:
    assert page("a\n:RENDER t.md.j2\n", {**FILES, "t.md.j2": "{# none #}\n"}) in ("a\n", "a\n\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a\n{{ example('nn/a.py').los }}\n",
            "t.md.j2:2: error: there is no 'los'; the nearest is 'loss'\n    README_raw.md:1:1: included here",
        ),
        (
            "{% if %}\n",
            (
                "t.md.j2:1: error: Expected an expression, got 'end of statement block'\n"
                "    README_raw.md:1:1: included here"
            ),
        ),
        (
            "{{ example('nn/c.py').lines }}\n",
            (
                "t.md.j2:1: error: 'nn/c.py' has not been recorded; `record nn/c.py` runs it\n"
                "    README_raw.md:1:1: included here"
            ),
        ),
    ],
)
def test_render_faults(text: str, expected: str) -> None:
    assert errors(":RENDER t.md.j2\n", {**FILES, "t.md.j2": text}) == [expected]


def test_render_of_no_file() -> None:
    assert errors(":RENDER\n") == ["README_raw.md:1:8: error: the path of a Jinja2 template is missing"]
    assert errors(":RENDER zz\n") == ["README_raw.md:1:9: error: no file 'zz'"]


def test_the_examples_of_a_page() -> None:
    template = ":OUTPUT nn/a.py\n:RENDER t.md.j2\n:CLAIM nn/b.py loss.last < 1\n:OUTPUT nn/c.py\n"
    assert woven({**FILES, TEMPLATE: template}).examples == ["nn/a.py", "nn/b.py", "nn/c.py"]
