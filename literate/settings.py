"""`[tool.literate]` of a pyproject.toml, and the same settings from the command line."""

from collections.abc import Callable

from literate.errors import LiterateError, UsageError, nearest
from literate.model import Location, Settings

PATH = "pyproject.toml"


def has_settings(data: bytes) -> bool:
    """Whether the pyproject.toml `data` has a table `[tool.literate]`; an invalid one has none."""
    if b"literate" not in data:
        return False
    try:
        return _table(data) is not None
    except LiterateError:
        return b"[tool.literate]" in data


def parse_settings(data: bytes) -> Settings:
    """The settings in the pyproject.toml `data`. Raises LiterateError where one is wrong."""
    table = _table(data) if b"literate" in data else None
    if table is None:
        return Settings()
    if not isinstance(table, dict):
        raise LiterateError("'tool.literate' is not a table", Location(PATH))
    values: dict[str, object] = {}
    for key, value in table.items():
        place = Location(PATH, _line_of(data, key))
        if key not in _READERS:
            known = ", ".join(_READERS)
            message = f"unknown setting '{key}'{nearest(key, list(_READERS))}; the settings are: {known}"
            raise LiterateError(message, place)
        try:
            values[key] = _READERS[key](key, value)
        except LiterateError as error:
            raise error.at(place) from None
    return Settings(**values)  # type: ignore[arg-type]


def override(settings: Settings, assignments: list[str]) -> Settings:
    """`settings` with the `KEY=VALUE` of the command line, values as in TOML; words need no quotes.

    Raises UsageError for one that is wrong.
    """
    values: dict[str, object] = {key: getattr(settings, key) for key in Settings.__slots__}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or key not in _READERS:
            known = ", ".join(_READERS)
            raise UsageError(f"--set takes KEY=VALUE, KEY one of: {known}; not '{assignment}'")
        try:
            values[key] = _READERS[key](key, _value(text))
        except LiterateError as error:
            raise UsageError(error.message) from None
    return Settings(**values)  # type: ignore[arg-type]


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    if not text.startswith(("[", '"', "'")):
        return text
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise LiterateError(f"'{text}' is no TOML value: {error}") from None


def _table(data: bytes) -> object:
    import tomllib  # slow to import, and many projects have no settings

    try:
        tool = tomllib.loads(data.decode()).get("tool")
    except tomllib.TOMLDecodeError as error:
        line = str(error).rpartition("at line ")[2].partition(",")[0]
        raise LiterateError(
            f"not valid TOML: {error}", Location(PATH, int(line) if line.isdecimal() else 0)
        ) from None
    except UnicodeDecodeError as error:
        raise LiterateError(f"not UTF-8: byte {error.start}", Location(PATH)) from None
    return tool.get("literate") if isinstance(tool, dict) else None


def _line_of(data: bytes, key: str) -> int:
    """The line of `data` that sets `key` behind the table's heading; 0 where it is written another way."""
    table = data.find(b"[tool.literate]")
    for number, line in enumerate(data.split(b"\n"), 1):
        if number > data.count(b"\n", 0, table) and line.split(b"=")[0].strip(b" \"'") == key.encode():
            return number
    return 0


def _boolean(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise LiterateError(f"'{key}' is true or false, not {value!r}")


def _line(key: str, value: object) -> str:
    if isinstance(value, str) and value.isprintable() and "-->" not in value and value:
        return value
    raise LiterateError(f"'{key}' is one line of text without '-->', not {value!r}")


def _paths(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(item.strip("/") for item in value)
    raise LiterateError(f"'{key}' is a list of folders such as [\"tests/golden\"], not {value!r}")


_READERS: dict[str, Callable[[str, object], object]] = {
    "banner": _boolean,
    "command": _line,
    "exclude": _paths,
}
