"""Every construct of GitHub's Markdown passes through untouched, and what includes add is one code block each.

The specification's own examples are used where `MARKDOWN_SPEC` names its spec.txt; that is under another licence and
so is not kept here: `python -m fuzz.torture specification` takes it from the sources of cmarkgfm. The constructs
below are ours, some for each of its sections.
"""

import os
import re
from pathlib import Path

import pytest

from tests.project import code_blocks, html, page_of

CONSTRUCTS = {
    "tabs": [
        "\tfoo\tbar\n",
        "-\tfoo\n\n\tbar\n",
        ">\t\tfoo\n",
        "  - foo\n\n\tbar\n",
        "#\tA\n",
        "*\t*\t*\t\n",
    ],
    "precedence": ["- `one\n- two`\n"],
    "thematic breaks": [
        "***\n---\n___\n",
        "+++\n",
        "--\n**\n",
        " **  * ** * ** * **\n",
        "- foo\n***\n- bar\n",
    ],
    "headings": ["# A\n## B ##\n####### C\n", "#5 bolt\n\n#hash\n", "\\## A\n", "# A *b* \\*c\\* #\n", "#\n"],
    "setext headings": [
        "A *b*\n===\n\nA\n---\n",
        "A\nb\n  ===\n",
        "> A\n---\n",
        "- A\n---\n",
        "`A\n---\n`\n",
    ],
    "indented code": [
        "    a\n      b\n",
        "- a\n\n      b\n",
        "    a\n\n\n    b\n",
        "a\n    b\n",
        "\n    \n    a\n  \n",
    ],
    "fences": [
        "```\n<\n >\n```\n",
        "~~~ py\na\n~~~\n",
        "````\na\n```\n``````\n",
        "``\na\n``\n",
        "```\na\n",
        "  ```\n  a\n  ```\n",
        "> ```\n> a\n\nb\n",
        "```\n\n  \n```\n",
        "    ```\n    a\n    ```\n",
        "a\n```\nb\n```\nc\n",
        "``` a`b\nc\n",
    ],
    "HTML": [
        "<table><tr><td>\n<pre>\n**a**,\n\n_b_.\n</pre>\n</td></tr></table>\n",
        "<!-- a\n\nb -->\n",
        "<?php\n\na\n?>\n",
        "<!DOCTYPE html>\n",
        "<![CDATA[\na\n]]>\n",
        "<script>\na\n\nb\n</script>\n",
        "<del>\n*a*\n</del>\n",
        "<div>*a*\n\n*b*</div>\n",
    ],
    "link reference definitions": [
        "[a]: /url 'title'\n\n[a]\n",
        "[a]: \n   /url\n\n[A]\n",
        "[a]: <>\n\n[a]\n",
    ],
    "paragraphs": ["a\n\nb\n", "a\nb\n\n\nc\n", "  a\n b\n", "a  \nb\\\nc\n"],
    "tables": ["|a|b|\n|-|:-:|\n|c|d\\|e|\n", "|a|\n|-|\n|b|\n> c\n", "|a|b|\n|-|\n|c|\n"],
    "quotes": [
        "> # A\n> b\n> c\n",
        ">a\n>b\n",
        "> a\nb\n",
        "> - a\n- b\n",
        ">     a\n    b\n",
        "> ```\na\n```\n",
        ">\n> a\n>\n",
    ],
    "lists": [
        "- a\n- b\n+ c\n",
        "1. a\n2) b\n",
        "- a\n\n  b\n",
        "10) a\n\n    b\n",
        "1234567890. a\n",
        "-a\n2.b\n",
        "- \n  a\n",
        "-\n\n  a\n",
        "- a\n  - b\n    - c\n",
        "1. a\n\n  2. b\n\n   3. c\n",
        "a\n2. b\n1. c\n",
        "- a\n\n\n  b\n\n<!-- -->\n\n- c\n",
    ],
    "task lists": ["- [ ] a\n- [x] b\n  - [X] c\n"],
    "escapes and entities": ['\\!\\"\\#\\$\n', "\\a\\ä\n", "&nbsp; &amp; &copy; &#35; &#X22; &x;\n"],
    "code spans": ["`a`\n", "`` a ` b ``\n", "` `` `\n", "`a\nb`\n", "`a\\`b`\n", '`<a href="`">`\n'],
    "emphasis": [
        "*a* _b_ **c** __d__ ***e***\n",
        "a * b*\n",
        "a_b_c\n",
        "**a*\n",
        "*a **b** c*\n",
        "*(**a**)*\n",
    ],
    "strikethrough": ["~~a~~ ~b~ ~~~c~~~\n"],
    "links": [
        '[a](/b "c")\n',
        "[a](<b c>)\n",
        "[a [b](c)](d)\n",
        "[a][b]\n\n[b]: c\n",
        "[a]\n",
        "![a](b)\n",
        "[![a](b)](c)\n",
    ],
    "autolinks": ["<http://a.b>\n", "<a@b.c>\n", "www.a.com https://b.c a@b.c\n", "<a+b:c>\n"],
    "raw HTML": ["a <b c='d'> </b>\n", "<33>\n", "a <!-- b --> c\n", "<a/><b2/>\n"],
    "line breaks": ["a  \nb\n", "a\\\nb\n", "a\n b\n"],
    "text": ["a $.;' b\n", "Foo χρῆν\n", "a     b\n", "\u00a0a\x0cb\u2028c\n"],
}
EXAMPLES = [
    pytest.param(text, id=f"{section} {number}")
    for section, texts in CONSTRUCTS.items()
    for number, text in enumerate(texts, 1)
]
_EXAMPLE = re.compile(r"^`{32} example[^\n]*\n(.*?)^\.\n.*?^`{32}$", re.MULTILINE | re.DOTALL)
if os.environ.get("MARKDOWN_SPEC"):
    found = _EXAMPLE.findall(Path(os.environ["MARKDOWN_SPEC"]).read_text("utf-8"))
    texts = [text.replace("→", "\t") for text in found]
    EXAMPLES += [pytest.param(text, id=f"example {number}") for number, text in enumerate(texts, 1)]
SCRIPT = "x = '''\n```\n~~~\n'''\n"
INSIDE = {  # what stands in front of the first line of an example, and of the others
    "alone": ("", ""),
    "in a list": ("- ", "  "),
    "in a quote": ("> ", "> "),
    "in a list in a quote": ("> 1. ", ">    "),
}


def inside(text: str, first: str, others: str) -> str:
    lines = text.removesuffix("\n").split("\n")
    return "\n".join((others if number else first) + line for number, line in enumerate(lines)) + "\n"


def structure(page: str) -> list[str]:
    """The tags of a page, without the code block that is included."""
    rendered = html(page, 1 << 17).replace("\r", "")
    return re.findall(r"<[^<>]+>", rendered)


@pytest.mark.parametrize("text", EXAMPLES)
def test_prose_passes_through_untouched(text: str) -> None:
    for first, others in INSIDE.values():
        page = inside(text, first, others)
        assert page_of(page) == page


@pytest.mark.parametrize("where", INSIDE)
@pytest.mark.parametrize("text", EXAMPLES)
def test_an_include_beside_it_is_one_code_block(text: str, where: str) -> None:
    """The page is built as the template is, with a fence of a letter in the place of the include."""
    first, others = INSIDE[where]
    blank = f"{others.rstrip()}\n"
    template = f"{first}b\n{blank}{others}:INCLUDE a.txt\n{blank}{inside(text, others, others)}"
    model = template.replace(":INCLUDE a.txt\n", f"```text\n{others}MARK\n{others}```\n", 1)
    page = page_of(template, a_txt=SCRIPT)
    assert structure(page) == structure(model)
    assert code_blocks(page)[0] == SCRIPT
    assert code_blocks(page)[1:] == code_blocks(model)[1:]


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_include_below_it_changes_nothing_above(text: str) -> None:
    """Below an example that leaves a fence or HTML open, the directive is part of that, or an error; else one block."""
    template = f"{text}\n<!-- -->\n\n:INCLUDE a.txt\n"
    model = template.replace(":INCLUDE a.txt\n", "```text\nMARK\n```\n")
    if "```text\nMARK" in re.sub(r"<[^<>]+>", "", html(model)) or "MARK" not in html(model):
        return  # the example leaves a fence open, in which this is text
    assert structure(page_of(template, a_txt=SCRIPT)) == structure(model)
