"""`{{ expression }}` in prose, never in code."""

import pytest

from literate.model import Settings
from tests.project import TEMPLATE, Files, message
from tests.recorded import LOSSES, recorded, woven

FILES: Files = recorded({"a.py": "x = 1\n", "b.py": ""}, {"a.py": LOSSES})
ON = Settings(banner=False, values=True)
OFF = Settings(banner=False)


def page(template: str, settings: Settings = ON) -> str:
    found = woven({**FILES, TEMPLATE: template}, settings)
    assert [message(error) for error in found.errors] == []
    return b"".join(bytes(piece.data) for piece in found.pieces).decode()


def errors(template: str) -> list[str]:
    return [message(error) for error in woven({**FILES, TEMPLATE: template}, ON).errors]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("It ends at {{ example('a.py').loss.last }}.\n", "It ends at 0.5.\n"),
        ("{{ 1 }} and {{ 2 }}", "1 and 2"),
        ("# {{ 'Title' }}\n", "# Title\n"),
        ("- a {{ 1 }}\n  b {{ 2 }}\n", "- a 1\n  b 2\n"),
        ("> {{ 1 }}\n", "> 1\n"),
        ("| a | {{ 1 }} |\n", "| a | 1 |\n"),
        ("\\{{ shown }}\n", "{{ shown }}\n"),
        ("\\:TOC is {{ 1 }}\n", ":TOC is 1\n"),
        ("`{{ code }}` {{ 1 }}\n", "`{{ code }}` 1\n"),
        ("``{{ ` }}`` {{ 1 }}\n", "``{{ ` }}`` 1\n"),
        ("`no code {{ 1 }}\n", "`no code 1\n"),
        ("```\n{{ code }}\n```\n", "```\n{{ code }}\n```\n"),
        ("    {{ code }}\n", "    {{ code }}\n"),
        ("<!-- {{ comment }} -->\n", "<!-- {{ comment }} -->\n"),
        ("{{ 1 }}\r\n", "1\r\n"),
        ("a { { b } }\n", "a { { b } }\n"),
    ],
)
def test_page(template: str, expected: str) -> None:
    assert page(template) == expected


def test_only_where_the_settings_turn_it_on() -> None:
    template = "{{ 1 }} \\{{ 2 }} {{\n"
    assert page(template, OFF) == template


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "a\nb {{ 1 +\n",
            (
                "README_raw.md:2:3: error: the value is never closed on its line; end it with '}}', "
                "or begin with '\\{{' to show it"
            ),
        ),
        ("a {{ }}\n", "README_raw.md:1:3: error: the value is empty; begin with '\\{{' to show the braces"),
        (
            "{{ 1 }} {{ example('a.py').los }}\n",
            "README_raw.md:1:9: error: 'example('a.py').los' has no value: there is no 'los'; the nearest is 'loss'",
        ),
        (
            "{{ example('b.py').lines }}\n",
            "README_raw.md:1:1: error: 'b.py' has not been recorded; `record b.py` runs it",
        ),
        ("{{ example('c.py').lines }}\n", "README_raw.md:1:1: error: no file 'c.py'"),
    ],
)
def test_faults(template: str, expected: str) -> None:
    assert errors(template) == [expected]


def test_every_line_tells_its_fault() -> None:
    assert [error.partition(" error")[0] for error in errors("{{ x }}\n{{ y }}\n")] == [
        "README_raw.md:1:1:",
        "README_raw.md:2:1:",
    ]


def test_examples_of_values_are_used() -> None:
    assert woven({**FILES, TEMPLATE: "{{ example('a.py').seconds }}\n"}, ON).examples == ["a.py"]
