"""`[tool.literate]`, and `--set`."""

import pytest

from literate.errors import LiterateError, UsageError
from literate.model import Settings
from literate.settings import has_settings, override, parse_settings
from tests.project import message


def of(table: str) -> Settings:
    return parse_settings(f"[project]\nname = 'literate'\n\n[tool.literate]\n{table}\n".encode())


@pytest.mark.parametrize(
    "data", [b"", b"[project]\n", b"[tool.other]\nliterate = 1\n", b"not TOML, and nothing of ours", b"\xff"]
)
def test_a_project_without_settings_has_the_defaults(data: bytes) -> None:
    settings = parse_settings(data)
    assert (settings.banner, settings.command, settings.exclude) == (True, "build-readme", ())
    assert not has_settings(data)


def test_settings() -> None:
    settings = of('banner = false\ncommand = "make readme"\nexclude = ["tests/data", "/old/"]')
    assert (settings.banner, settings.command, settings.exclude) == (
        False,
        "make readme",
        ("tests/data", "old"),
    )


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[tool.literate]\n", True),
        (b"[tool]\nliterate = {banner = true}\n", True),
        (b"[tool.literate]\nnot TOML\n", True),
        (b"[tool.literate-other]\n", False),
        (b"# literate\n", False),
    ],
)
def test_has_settings(data: bytes, expected: bool) -> None:
    assert has_settings(data) is expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        pytest.param("banner = 1", "pyproject.toml:5: error: 'banner' is true or false, not 1", id="banner"),
        pytest.param(
            "\ncommand = ''",
            "pyproject.toml:6: error: 'command' is one line of text without '-->', not ''",
            id="empty",
        ),
        pytest.param(
            "command = 'a --> b'",
            "pyproject.toml:5: error: 'command' is one line of text without '-->', not 'a --> b'",
            id="end of comment",
        ),
        pytest.param(
            'command = "a\\nb"',
            "pyproject.toml:5: error: 'command' is one line of text without '-->', not 'a\\nb'",
            id="two lines",
        ),
        pytest.param(
            "exclude = 'a'",
            "pyproject.toml:5: error: 'exclude' is a list of texts such as [\"one\", \"two\"], not 'a'",
            id="no list",
        ),
        pytest.param(
            "exclude = [1]",
            'pyproject.toml:5: error: \'exclude\' is a list of texts such as ["one", "two"], not [1]',
            id="no texts",
        ),
        pytest.param(
            "\n# exclude\nexclde = []",
            "pyproject.toml:7: error: unknown setting 'exclde'; the nearest is 'exclude'; there are: {known}",
            id="unknown",
        ),
        pytest.param(
            "zzz = 1", "pyproject.toml:5: error: unknown setting 'zzz'; there are: {known}", id="not near"
        ),
    ],
)
def test_faults(table: str, expected: str) -> None:
    with pytest.raises(LiterateError) as caught:
        of(table)
    known = message(caught.value).rpartition("there are: ")[2]
    assert {"banner", "command", "exclude"} <= set(known.split(", ")) or "{known}" not in expected
    assert message(caught.value) == expected.replace("{known}", known)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"[tool]\nliterate = 1\n", "pyproject.toml: error: 'tool.literate' is not a table", id="no table"
        ),
        pytest.param(
            b"[tool.literate]\nbanner =\n",
            "pyproject.toml:2: error: not valid TOML: Invalid value (at line 2, column 9)",
            id="not TOML",
        ),
        pytest.param(
            b"[tool.literate]\ncommand = '\xff'\n",
            "pyproject.toml: error: not UTF-8: the byte at offset 27",
            id="not UTF-8",
        ),
    ],
)
def test_faults_of_the_file(data: bytes, expected: str) -> None:
    with pytest.raises(LiterateError) as caught:
        parse_settings(data)
    assert message(caught.value) == expected


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        pytest.param([], (True, "make", ("a",)), id="none"),
        pytest.param(["banner=false"], (False, "make", ("a",)), id="boolean"),
        pytest.param(["command=make readme"], (True, "make readme", ("a",)), id="words need no quotes"),
        pytest.param(["command='make'"], (True, "make", ("a",)), id="but may have them"),
        pytest.param(["command=a=b"], (True, "a=b", ("a",)), id="equals sign"),
        pytest.param(['exclude=["b", "c"]'], (True, "make", ("b", "c")), id="list"),
        pytest.param(["banner=false", "banner=true"], (True, "make", ("a",)), id="the last one counts"),
    ],
)
def test_override(assignments: list[str], expected: tuple[bool, str, tuple[str, ...]]) -> None:
    settings = override(b"[tool.literate]\ncommand = 'make'\nexclude = ['a']\n", assignments)
    assert (settings.banner, settings.command, settings.exclude) == expected


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("banner", "^--set takes KEY=VALUE, not 'banner'$"),
        ("baner=true", "^--set: unknown setting 'baner'; the nearest is 'banner'; there are: "),
        ("banner=1", "^--set: 'banner' is true or false, not 1$"),
        ("exclude=[", "^'\\[' is no TOML value: "),
    ],
)
def test_override_faults(assignment: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        override(b"", [assignment])


def test_resources_are_what_an_example_declares_itself() -> None:
    settings = of(
        'memory = "2 GB"\n[tool.literate.example."a.py"]\ngpu = 1\nmemory = "500 MB"\n'
        '[tool.literate.example."b.py"]\ngpu = 0.5\n[tool.literate.example."c.py"]\nthreads = 2'
    )
    resources = {path: settings.of_example(path).resources for path in ("a.py", "b.py", "c.py", "d.py")}
    assert resources == {
        "a.py": {"GPU": 1, "MEMORY": 500_000_000},
        "b.py": {"GPU": 0.5},
        "c.py": {},
        "d.py": {},
    }
    assert settings.of_example("b.py").memory == 2_000_000_000


@pytest.mark.parametrize("value", ["0", "-1", "true", "'1'"])
def test_gpu_is_a_number_above_0(value: str) -> None:
    with pytest.raises(LiterateError) as caught:
        of(f'[tool.literate.example."a.py"]\ngpu = {value}')
    assert message(caught.value).startswith("pyproject.toml:6: error: 'gpu' is a number above 0, not ")
