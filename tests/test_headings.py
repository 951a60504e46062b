"""Headings, their anchors on GitHub, and the table of contents made of them."""

from html.parser import HTMLParser

import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st

from literate.headings import find_headings, slug
from tests.project import errors_of, html, page_of
from tests.test_blocks import documents, spans


def anchors(page: str) -> list[str]:
    return [heading.anchor for heading in find_headings(page.encode())]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Warm-up: numpy", "warm-up-numpy"),
        ("PyTorch: Tensors", "pytorch-tensors"),
        ("PyTorch: Variables and autograd", "pytorch-variables-and-autograd"),
        ("PyTorch: Defining new autograd functions", "pytorch-defining-new-autograd-functions"),
        ("TensorFlow: Static Graphs", "tensorflow-static-graphs"),
        ("PyTorch: nn", "pytorch-nn"),
        ("PyTorch: optim", "pytorch-optim"),
        ("PyTorch: Custom nn Modules", "pytorch-custom-nn-modules"),
        ("PyTorch: Control Flow + Weight Sharing", "pytorch-control-flow--weight-sharing"),
        ("What's new?", "whats-new"),
        ("C++ & C#", "c--c"),
        ("a - b", "a---b"),
        ("snake_case", "snake_case"),
        ("v1.2.3 (2019-07-01)", "v123-2019-07-01"),
        ("Path/to/file.py", "pathtofilepy"),
        ("Ünïcödé Straße", "ünïcödé-straße"),
        ("Привет, мир", "привет-мир"),
        ("日本語 の 見出し", "日本語-の-見出し"),
        ("हिन्दी", "हिन्दी"),
        ("العربية", "العربية"),
        ("🚀 Launch", "-launch"),
        ("⚙️ Settings", "\ufe0f-settings"),
        (":rocket: Launch", "rocket-launch"),
        ("“Quotes” — and … dots", "quotes--and--dots"),
        ("`code` and **bold**", "code-and-bold"),
        ("`a_b` *c_d* __e__ ~~f~~", "a_b-c_d-e-f"),
        ("[a link](https://example.org/x_y) behind", "a-link-behind"),
        ("[![badge](b.svg)](https://example.org) Name", "-name"),
        ("![an image](x.png)", ""),
        ("<b>Tag</b> <br/>", "tag-"),
        ("&amp; &lt;T&gt; &copy;", "-t-"),
        ("Escaped \\*stars\\* and \\_lines\\_", "escaped-stars-and-_lines_"),
        ("`<T>` and `` a`b ``", "t-and-ab"),
        ("<https://example.org/a>", "httpsexampleorga"),
        ("Closed ##", "closed"),
        ("C#", "c"),
        ("2 * 3 * 4", "2--3--4"),
    ],
)
def test_anchors_are_githubs(heading: str, anchor: str) -> None:
    assert anchors(f"## {heading}\n") == [anchor]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("# A\n# A\n# A\n", ["a", "a-1", "a-2"], id="numbered"),
        pytest.param("# A\n## a!\n", ["a", "a-1"], id="the same anchor from another text"),
        pytest.param("# A\n# A-1\n# A\n", ["a", "a-1", "a-2"], id="a number that is taken"),
        pytest.param("# !\n# ?\n", ["", "-1"], id="nothing left of it"),
        pytest.param("A\n===\nB\nC\n---\n", ["a", "b-c"], id="underlined"),
        pytest.param("```\n# A\n```\n    # B\n<!--\n# C\n-->\n", [], id="in code and comments"),
        pytest.param("> # A\n\n- # B\n", ["a", "b"], id="in quotes and lists"),
        pytest.param("#A\n####### B\n\\# C\n", [], id="no headings"),
        pytest.param("# A\r\n## B ##\r\n", ["a", "b"], id="CRLF"),
        pytest.param("#\n", [""], id="empty"),
    ],
)
def test_which_headings(page: str, expected: list[str]) -> None:
    assert anchors(page) == expected


@given(documents)
@settings(max_examples=1000)
@example("> - a\n>   ===\n")
@example("1) #\th\n- - # h\n\n  ---\n")
def test_every_heading_that_github_shows_is_found(text: str) -> None:
    assert len(anchors(text)) == len(spans(text, "h[1-6]"))


class _Text(HTMLParser):
    """The text content of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def shown_by_github(markdown: str) -> str:
    parser = _Text()
    parser.feed(html(f"# {markdown}\n", Options.CMARK_OPT_UNSAFE))
    return parser.text.removesuffix("\n")


words = st.text("abAB_-.:!é日🚀'/+", min_size=1, max_size=5).filter(
    lambda word: not word.startswith(("-", "+"))
)
plain = st.text("abcé日", min_size=1, max_size=5)
inline = st.one_of(
    plain,
    words.filter(lambda word: "_" not in word and "://" not in word and "www." not in word),
    plain.map(lambda word: f"**{word}**"),
    plain.map(lambda word: f"*{word}*"),
    plain.map(lambda word: f"_{word}_"),
    plain.map(lambda word: f"~~{word}~~"),
    plain.map(lambda word: f"[{word}](https://example.org/{word}_x)"),
    plain.map(lambda word: f"![{word}](x.png)"),
    plain.map(lambda word: f"<i>{word}</i>"),
    st.text("ab_*<>&[]\\", min_size=1, max_size=6).map(lambda code: f"`{code}`"),
    st.sampled_from(
        [
            "\\*",
            "\\_",
            "\\`",
            "\\[",
            "&amp;",
            "&lt;",
            "&eacute;",
            "&#42;",
            "*",
            "snake_case",
            "a_b_c",
            "2*3",
            "#",
            "1.",
        ]
    ),
)


@settings(max_examples=600)
@given(st.lists(inline, min_size=1, max_size=5).map(" ".join))
def test_anchors_are_of_the_text_that_github_shows(markdown: str) -> None:
    assert anchors(f"# {markdown}\n") == [slug(shown_by_github(markdown))]


PAGE = """\
# Title

{toc}

## One *a*
### Deep [link](x.md) `c`
#### Deeper
## Two
> ## In a quote
"""


@pytest.mark.parametrize(
    ("toc", "expected"),
    [
        pytest.param(
            ":TOC",
            "- [One *a*](#one-a)\n  - [Deep link `c`](#deep-link-c)\n- [Two](#two)\n",
            id="levels 2 and 3 by default",
        ),
        pytest.param(":TOC depth=2", "- [One *a*](#one-a)\n- [Two](#two)\n", id="one level"),
        pytest.param(
            ":TOC depth=1-2",
            "- [Title](#title)\n  - [One *a*](#one-a)\n  - [Two](#two)\n",
            id="from the title on",
        ),
        pytest.param(
            ":TOC depth=3-4",
            "- [Deep link `c`](#deep-link-c)\n  - [Deeper](#deeper)\n",
            id="from within",
        ),
        pytest.param(":TOC depth=5-6", "", id="nothing there"),
        pytest.param("> :TOC depth=2", "> - [One *a*](#one-a)\n> - [Two](#two)\n", id="in a quote"),
        pytest.param("- x\n\n  :TOC depth=4", "- x\n\n  - [Deeper](#deeper)\n", id="in a list item"),
    ],
)
def test_table_of_contents(toc: str, expected: str) -> None:
    assert page_of(PAGE.format(toc=toc)) == PAGE.replace("{toc}\n", expected)


def test_table_of_contents_lists_headings_of_included_files() -> None:
    page = page_of(":TOC\n\n:INCLUDE a.md\n## B\n", a_md="## A\n### B\n")
    assert page == "- [A](#a)\n  - [B](#b)\n- [B](#b-1)\n\n## A\n### B\n## B\n"


def test_table_of_contents_has_the_line_ends_of_its_template() -> None:
    assert page_of(":TOC\r\n\r\n## A\r\n## B\r\n").startswith("- [A](#a)\r\n- [B](#b)\r\n\r\n")


def test_table_of_contents_lists_no_headings_of_code() -> None:
    page = page_of(":TOC\n\n## A\n```\n:INCLUDE a.sh\n```\n", a_sh="## no heading\n")
    assert page.startswith("- [A](#a)\n\n")


def test_an_error_leaves_no_table() -> None:
    assert errors_of(":TOC\n:INCLUDE a.py\n") == ["README_raw.md:2:10: error: no file 'a.py'"]
