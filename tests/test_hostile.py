"""Pages from strangers: none runs code, reads what is outside, or takes time without end.

Each input here is one that did, or that is known to break others. Seconds are those of the processor.
"""

import gc
import json
import math
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.harnesses import checksum_of
from fuzz.run import CORPUS
from literate import bounds
from literate.cli import main
from literate.errors import LiterateError
from literate.expressions import evaluate, render, shown_values
from literate.recording import parse_recording
from tests.project import ROOT, TEMPLATE, errors_of, page_of, run, weave_text, write

SIZE = 150_000  # bytes of an input; what takes the square of it takes minutes
SECONDS = 8


def repeated(part: str, size: int = SIZE) -> str:
    return (part * (size // len(part) + 1))[:size]


def rising(size: int = SIZE) -> str:
    """Runs of backticks, each one longer than the last: none closes another."""
    return " ".join("`" * count for count in range(1, int((2 * size) ** 0.5)))


def numbered(form: str, count: int) -> str:
    return "".join(form.format(number) for number in range(count))


VALUES = "[tool.literate]\nvalues = true\nlimit = 0\n"
INPUTS = {
    "quotes in quotes": {TEMPLATE: f"{repeated('>')}\n  :INCLUDE a.py\n"},
    "lists in lists": {TEMPLATE: f"{repeated('- ')}x\n  :INCLUDE a.py\n"},
    "stars that may be a break": {TEMPLATE: f"{repeated('* ')}a\n  :INCLUDE a.py\n"},
    "a tag that never ends": {TEMPLATE: f"<a{repeated(' b')}\n:INCLUDE a.py\n"},
    "backticks and a value": {TEMPLATE: f"{rising()} {{{{ 1 }}}}\n", "pyproject.toml": VALUES},
    "backticks and a link": {TEMPLATE: f"[a](a.py) {rising()}\n"},
    "backticks in a heading": {TEMPLATE: f":TOC\n\n## {rising()}\n"},
    "backticks in a table": {TEMPLATE: "|a|b|\n|-|-|\n" + repeated("|`|[a](a.py)|\n")},
    "emphasis in a heading": {TEMPLATE: f":TOC\n\n## {repeated('*')}\n## {repeated('*a ')}\n"},
    "underscores in a heading": {TEMPLATE: f":TOC\n\n## {repeated('_')}\n## {repeated('_a ')}\n"},
    "images in a heading": {TEMPLATE: f":TOC\n\n## {repeated('![a](')}\n"},
    "comments in a heading": {TEMPLATE: f":TOC\n\n## {repeated('<!--')}\n"},
    "links in a paragraph": {TEMPLATE: f"{repeated('[a](a.py)[')}\n"},
    "a delimiter row": {TEMPLATE: f"|[a](a.py)\n{'-' * SIZE}x\n"},
    "headings of HTML": {TEMPLATE: f"[a](#b)\n\n{repeated('<h1>')}\n"},
    "missing files": {TEMPLATE: numbered(":INCLUDE missing{}.py\n", 5_000)},
    "symbols": {
        TEMPLATE: numbered(":INCLUDE b.py#f{}\n", 5_000),
        "b.py": numbered("def f{}(): pass\n", 5_000),
    },
    "symbols of a file that is wrong": {TEMPLATE: numbered(":INCLUDE b.py#f{}\n", 5_000), "b.py": "a = (\n" * 20_000},
    "regions in regions": {
        TEMPLATE: ":INCLUDE b.py\n",
        "b.py": numbered("# region r{}\n", 9_000) + "# endregion\n" * 9_000,
    },
    "one region, often": {TEMPLATE: ":INCLUDE b.py#r\n", "b.py": "# region r\nx\n# endregion\n" * 6_000},
    "pins that do not hold": {TEMPLATE: numbered(":INCLUDE b.py#L1-L{}@123456123456\n", 4_000), "b.py": "a\n" * SIZE},
    "names in one assignment": {TEMPLATE: ":INCLUDE b.py#z\n", "b.py": f"{'a, ' * (SIZE // 3)} = 1\n"},
    "a region of Markdown, indented": {
        TEMPLATE: ":INCLUDE b.md#r\n",
        "b.md": "<!-- region r -->\n" + "  :INCLUDE a.py\n\n" * 9_000 + "<!-- endregion -->\n",
    },
    "tables of contents": {TEMPLATE: ":TOC\n" * 2_000 + "## a\n" * 9_000},
    "Markdown that doubles": {
        TEMPLATE: ":INCLUDE m0.md\n",
        **{f"m{n}.md": f":INCLUDE m{n + 1}.md\n\n" * 2 for n in range(13)},
        "m13.md": "x\n" * 50_000,
    },
    "files that are alike": {
        TEMPLATE: ":DIFF b.txt c.txt\n",
        "b.txt": numbered("{}\n", 199) * 100,
        "c.txt": numbered("{}\n", 199)[::-1] * 100,
    },
    "a page that is alike": {TEMPLATE: "a\nb\nc\n" * 660, "README.md": "c\na\na\nb\n" * 490},
    "a line of 20 MB": {TEMPLATE: f"{'x' * 20_000_000}\n\n:INCLUDE a.py\n", "pyproject.toml": VALUES},
}  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="limits as POSIX has them")
@pytest.mark.parametrize("name", INPUTS)
def test_time_and_memory_are_bounded(tmp_path: Path, name: str) -> None:
    """`check` ends by itself, in few seconds and 1 GB, with an error that has a place or with none."""
    write(tmp_path, {"a.py": "x = 1\n", "pyproject.toml": "[tool.literate]\nlimit = 0\n"} | INPUTS[name])

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9))

    result = subprocess.run(
        [sys.executable, str(ROOT / "build_readme.py"), "check"],
        cwd=tmp_path, preexec_fn=limit, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert result.returncode in (1, 3), result.stderr[-300:]
    assert "Traceback" not in result.stderr


# Numbers, nesting and names that were tracebacks, or were taken for something else


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("a.py#L" + "9" * 5_000, f"'#L{'9' * 98}' is no range of lines", id="a number of 5,000 digits"),
        pytest.param("a.py/", "'a.py/' ends in a slash, and a folder cannot be shown", id="a slash behind it"),
        pytest.param("a.py#", "'a.py#' has nothing behind its '#'", id="nothing behind the #"),
    ],
)  # fmt: skip
def test_targets_that_are_refused(target: str, expected: str) -> None:
    (error,) = errors_of(f":INCLUDE {target}\n", a_py="x = 1\n")
    assert error.startswith(f"README_raw.md:1:10: error: {expected}")


def test_a_chain_of_elif_is_no_recursion_error() -> None:
    (error,) = errors_of(":INCLUDE a.py#z\n", a_py="if x: pass\n" + "elif x: pass\n" * 1_600)
    assert "error: " in error


def test_a_page_has_only_so_many_faults() -> None:
    errors = errors_of(":INCLUED x\n" + ":INCLUDE missing.py\n" * 5_000)
    assert len(errors) == 1_002
    assert errors[-1] == (
        "README_raw.md:1001:1: error: more than 1000 faults; the page is not looked at from here on"
    )


@pytest.mark.parametrize("depth", [99, 100, 101, 5_000])
def test_deep_quotes_are_kept_as_they_are(depth: int) -> None:
    text = f"{'> ' * depth}a\n"
    assert page_of(text) == text


# Jinja2

NAMES = {"lines": ["a"], "versions": {"x": "1"}, "example": lambda path: path}

ESCAPES = [
    "''.__class__.__mro__", "''['__class__'].x", "(''|attr('__class__')).x", "example.__globals__",
    "example.__code__.x", "'{0.__class__}'.format(1)", "'{0.__class__.__mro__}'|format(1).x",
    "'{a.__class__}'.format_map({'a': 1})", "(['{0.__class__}'.format]|first)(1)",
    "dict(f='{0.__class__}'.format)['f'](1)", "namespace(f='{0.__class__}'.format).f(1)",
    "(('{0.__cla' ~ 'ss__}')).format(1)", "cycler.__init__.__globals__", "joiner.__init__.__globals__.os",
    "lipsum.__globals__", "range.__globals__", "self.__dict__", "''|attr('__cl' ~ 'ass__')|string",
    "lines.append('b')", "lines.sort()", "versions.update({'y': 1})", "lines.__class__.__base__.__subclasses__()",
    "[1]|map(attribute='__class__')|join", "(lines|groupby(0)).__class__.x", "'a'.encode().__class__.x",
]  # fmt: skip


@pytest.mark.parametrize("expression", ESCAPES)
def test_the_sandbox_holds(expression: str) -> None:
    with pytest.raises(LiterateError):
        evaluate(expression, NAMES)
    assert NAMES["lines"] == ["a"]


@pytest.mark.parametrize("name", ["random", "lipsum()", "[1, 2]|random"])
def test_nothing_is_random(name: str) -> None:
    with pytest.raises(LiterateError):
        evaluate(name, NAMES)


HUGE = [
    "10**(10**9)", "2**(2**(2**20))", "'a' * 10**9", "['a'] * 10**9", "5|round(-10**9)", "1.5|round(10**9, 'ceil')",
    "'a'|center(10**9)", "'a'.center(10**9)", "'%1000000000d' % 5", "'%1000000000d'|format(5)",
    "'{:1000000000}'.format(5)", "'%*d' % (1000000000, 5)", "(5).to_bytes(10**9, 'big')", "'a'|indent(10**9)",
    "{'a': 1}|tojson(indent=10**9)", "range(10**9)|list", "'a'.zfill(10**9)", "[1]|batch(10**9, 0)|list",
    "-" * 30_000 + "1", "(" * 3_000 + "1" + ")" * 3_000, "1" + "+1" * 30_000, "a" + ".a" * 3_000,
    "['x']" + "|list" * 20_000, "not " * 20_000 + "1", "[" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("expression", HUGE, ids=lambda expression: expression[:25])
def test_huge_values_are_refused(expression: str) -> None:
    with pytest.raises(LiterateError):
        evaluate(expression, NAMES)
    assert shown_values(expression, NAMES).count("=") < 5


LOOPS = {
    "loops in loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "text that doubles": (
        "{% set n = namespace(x='aaaaaaaaaa') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
    ),
    "lists that double": (
        "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}"
    ),
    "numbers that square": (
        "{% set n = namespace(x=3) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}"
    ),
    "a macro that calls itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a macro that branches": (
        "{% macro f(n) %}{% for i in range(9) %}{{ f(n - 1) if n else '' }}{% endfor %}{% endmacro %}{{ f(90) }}"
    ),
    "deep blocks": "{% if 1 %}" * 3_000,
    "another template": "{% include '/etc/passwd' %}",
    "a module": "{% import 'os' as os %}",
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
@pytest.mark.parametrize("name", LOOPS)
def test_templates_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds._allowance, "left", 0.5)
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(LiterateError):
        render("t.j2", LOOPS[name], NAMES)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_what_took_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds._allowance, "left", 0.2)
    with pytest.raises(LiterateError, match="the expressions of these pages take more than 10 seconds"):
        render("t.j2", LOOPS["loops in loops"], NAMES)


# Settings and recordings


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("rtol = " + "9" * 5_000, id="a number of 5,000 digits"),
        pytest.param("examples = " + "[" * 5_000, id="lists in lists"),
        pytest.param(f'limit = "{"9" * 400} MB"', id="a size of 400 digits"),
        pytest.param("timeout = inf", id="an endless time"),
        pytest.param("timeout = nan", id="no time at all"),
    ],
)
def test_settings_that_were_tracebacks(tmp_path: Path, settings: str) -> None:
    write(tmp_path, {TEMPLATE: "a\n", "pyproject.toml": f"[tool.literate]\n{settings}\n"})
    result = run(tmp_path, "check")
    assert result.returncode == 3
    assert result.stderr.startswith("pyproject.toml")


@pytest.mark.parametrize(
    "setting",
    [
        'requirements = "../secret.txt"\nexamples = ["a.py"]',
        'examples = ["../*.py"]',
        'examples = ["/*/*.py"]',
        'example."a.py".inputs = ["../secret.txt"]\nexamples = ["a.py"]',
    ],
)
def test_settings_lead_to_nothing_outside(tmp_path: Path, setting: str) -> None:
    """Run under a tracer of every file that is opened."""
    project = tmp_path / "project"
    write(tmp_path, {"secret.txt": "secret", "other.py": "x"})
    write(project, {TEMPLATE: "a\n", "a.py": "x = 1\n", "pyproject.toml": f"[tool.literate]\n{setting}\n"})
    hook = (
        "import sys; sys.addaudithook(lambda e, a: e == 'open' and print('opened', a[0], file=sys.stderr))\n"
    )
    program = f"{hook}sys.path.insert(0, {str(ROOT)!r}); from literate.cli import main; main(['check'])"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False
    )
    opened = [line.split()[-1] for line in result.stderr.splitlines() if line.startswith("opened")]
    assert not [path for path in opened if "secret" in path or "other.py" in path or path == ".."]
    assert "Traceback" not in result.stderr


def test_patterns_do_not_go_round_in_circles(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: "a\n", "pyproject.toml": '[tool.literate]\nexamples = ["**/*.py"]\n'})
    for name in "abc":
        (tmp_path / name).symlink_to(".")
    assert run(tmp_path, "check").returncode == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"lines": ["\ud800"]}, "a text holds half of a character", id="half a character"),
        pytest.param({"seconds": math.inf}, "a time is no number of seconds", id="endless"),
        pytest.param({"times": [10**400]}, "a time is no number of seconds", id="a number of 400 digits"),
    ],
)
def test_recordings_that_were_tracebacks(change: dict[str, object], fault: str) -> None:
    fields = json.loads((CORPUS / "recording/seed-0").read_bytes()) | change
    fields["checksum"] = checksum_of(fields)
    with pytest.raises(LiterateError, match=f"not a recording: {fault}"):
        parse_recording("a.py", json.dumps(fields).encode())


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    assert main(["--root", "/no/such/folder"]) == 2
    assert gc.isenabled()


@pytest.mark.skipif(os.name == "nt", reason="pipes as POSIX has them")
def test_a_reader_that_has_read_enough(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE missing.py\n" * 900})
    command = (
        f"'{sys.executable}' -S '{ROOT / 'build_readme.py'}' check 2>&1 | head -1; exit ${{PIPESTATUS[0]}}"
    )
    result = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.stdout == "README_raw.md:1:10: error: no file 'missing.py'\n"
    assert result.stderr == ""


def test_a_name_that_the_locale_does_not_have(tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE é.py\n", "é.py": "x = 1\n"})
    result = run(tmp_path, LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert result.returncode == 3
    assert "the encoding of this locale has no such name; set PYTHONUTF8=1" in result.stderr


def test_weaving_opens_no_file_for_code() -> None:
    text, errors = weave_text({TEMPLATE: ":INCLUDE a.py\n", "a.py": "raise SystemExit('it ran')\n"})
    assert errors == []
    assert "it ran" in text


def test_a_directive_behind_a_carriage_return_alone_is_not_left_as_prose() -> None:
    assert errors_of("a\r:INCLUDE a.py\rb\r\n", a_py="x = 1\n") == [
        (
            "README_raw.md:1:3: error: the line in front ends in a carriage return alone; "
            "save the file with other line ends"
        )
    ]
    assert page_of("a\r:b\r:INCLUDED\n") == "a\r:b\r:INCLUDED\n"
