"""`[tool.literate]` of a pyproject.toml, and the same settings from the command line."""

from __future__ import annotations

from literate.errors import LiterateError, UsageError, nearest
from literate.model import ExampleSettings, Location, Settings

PATH = "pyproject.toml"
_DIGITS = 15  # of a size
_ENDLESS = 1e9  # what no setting that is a number can be
_UNITS = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_RUN_KEYS = ("timeout", "memory", "threads")  # of all examples, where none has its own
_RESOURCES = {
    "gpu": "GPU",
    "memory": "MEMORY",
}  # of a worker, where an example has a setting of its own for it

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str, object], object]


def has_settings(data: bytes) -> bool:
    """Whether the pyproject.toml `data` has a table `[tool.literate]`; an invalid one has, if it looks like it."""
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
    try:
        return _settings(table)
    except _SettingError as error:
        raise error.at(Location(PATH, _line_of(data, error.key))) from None


def override(table_of: bytes, assignments: list[str]) -> Settings:
    """The settings in the pyproject.toml `table_of`, changed by the `KEY=VALUE` of the command line.

    Values are written as in TOML; words need no quotes. Raises UsageError for one that is wrong.
    """
    settings = parse_settings(table_of)
    if not assignments:
        return settings
    table = _table(table_of) if b"literate" in table_of else None
    changed = dict(table) if isinstance(table, dict) else {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set takes KEY=VALUE, not '{assignment}'")
        changed[key] = _value(text)
    try:
        return _settings(changed)
    except _SettingError as error:
        raise UsageError(f"--set: {error.message}") from None


class _SettingError(LiterateError):
    """A setting is wrong: the one at `key`."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def _settings(table: dict[str, object]) -> Settings:
    tables = table.get("example", {})
    plain = {key: value for key, value in table.items() if key != "example"}
    values = _read(plain, _READERS | {key: _EXAMPLE_READERS[key] for key in _RUN_KEYS}, "setting")
    defaults = {key: values.pop(key) for key in _RUN_KEYS if key in values}
    if not isinstance(tables, dict):
        raise _SettingError("example", "'example' is a table for each example that needs settings of its own")
    examples = {path: _example_settings(path, own, defaults) for path, own in tables.items()}
    return Settings(defaults=ExampleSettings(**defaults), example=examples, **values)  # type: ignore[arg-type]


def _example_settings(path: str, table: object, defaults: dict[str, object]) -> ExampleSettings:
    if not isinstance(table, dict):
        raise _SettingError(path, f"'example.\"{path}\"' is not a table")
    own = _read(table, _EXAMPLE_READERS, "setting of an example")
    resources = {_RESOURCES[key]: own[key] for key in _RESOURCES if key in own}
    own.pop("gpu", None)
    return ExampleSettings(**defaults | own, resources=resources)  # type: ignore[arg-type]


def _read(table: dict[str, object], readers: dict[str, Reader], what: str) -> dict[str, object]:
    values = {}
    for key, value in table.items():
        if key not in readers:
            known = ", ".join(readers)
            raise _SettingError(
                key, f"unknown {what} '{key}'{nearest(key, list(readers))}; there are: {known}"
            )
        values[key] = readers[key](key, value)
    return values


def _value(text: str) -> object:
    """`text` as TOML reads it, or as it is where that is a plain word."""
    if text in ("true", "false"):
        return text == "true"
    import tomllib  # slow to import

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError) as error:  # the first is what TOMLDecodeError is
        if text[:1] in ("[", "{", '"', "'"):
            raise UsageError(f"'{text}' is no TOML value: {error}") from None
        return text


def _table(data: bytes) -> object:
    import tomllib  # slow to import, and many projects have no settings

    try:
        tool = tomllib.loads(data.decode()).get("tool")
    except tomllib.TOMLDecodeError as error:
        line = str(error).rpartition("at line ")[2].partition(",")[0]
        place = Location(PATH, int(line) if line.isdecimal() else 0)
        raise LiterateError(f"not valid TOML: {error}", place) from None
    except UnicodeDecodeError as error:
        raise LiterateError(f"not UTF-8: the byte at offset {error.start}", Location(PATH)) from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in 1,000 lists
        raise LiterateError(f"not valid TOML: {error}", Location(PATH)) from None
    return tool.get("literate") if isinstance(tool, dict) else None


def _line_of(data: bytes, key: str) -> int:
    """The line of `data` that sets `key`, below the heading of our table; 0 where it is written another way."""
    table = data.count(b"\n", 0, max(data.find(b"[tool.literate"), 0))
    for number, line in enumerate(data.split(b"\n"), 1):
        named = line.split(b"=")[0].strip(b" \"'") == key.encode() or f'"{key}"]'.encode() in line
        if number > table and named:
            return number
    return 0


def _boolean(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _SettingError(key, f"'{key}' is true or false, not {value!r}")


def _line(key: str, value: object) -> str:
    if isinstance(value, str) and value.isprintable() and "-->" not in value and value:
        return value
    raise _SettingError(key, f"'{key}' is one line of text without '-->', not {value!r}")


def _address(key: str, value: object) -> str:
    if isinstance(value, str) and value.startswith("https://") and value.isprintable():
        address = value.rstrip("/")
        if not set(" \"'<>()[]").intersection(address):
            return address
    raise _SettingError(
        key, f"'{key}' is an address such as \"https://github.com/owner/name\", not {value!r}"
    )


def _paths(key: str, value: object) -> tuple[str, ...]:
    return tuple(item.strip("/") for item in _words(key, value))


def _words(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _SettingError(key, f'\'{key}\' is a list of texts such as ["one", "two"], not {value!r}')


def _positive(key: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _ENDLESS:
        return value
    raise _SettingError(key, f"'{key}' is a number above 0, not {value!r}")


def _count(key: str, value: object) -> int:
    number = _positive(key, value)
    if isinstance(number, int):
        return number
    raise _SettingError(key, f"'{key}' is a whole number, not {value!r}")


def _size(key: str, value: object) -> int:
    if isinstance(value, str):
        number, _, unit = value.partition(" ")
        plain = number.replace(".", "", 1).isdecimal() and len(number) <= _DIGITS
        if unit in _UNITS and plain and float(number) > 0:
            return int(float(number) * _UNITS[unit])
    raise _SettingError(key, f'\'{key}\' is a size such as "500 MB" or "2 GB", not {value!r}')


def _limit(key: str, value: object) -> int:
    if value == 0 and not isinstance(value, bool):
        return 0
    try:
        return _size(key, value)
    except _SettingError as error:
        raise _SettingError(key, f"{error.message}; 0 is no limit") from None


_READERS: dict[str, Reader] = {
    "banner": _boolean,
    "command": _line,
    "examples": _paths,
    "exclude": _paths,
    "limit": _limit,
    "links": _boolean,
    "output": _size,
    "repository": _address,
    "requirements": _line,
    "rtol": _positive,
    "site_template": _line,
    "values": _boolean,
}
_EXAMPLE_READERS: dict[str, Reader] = {
    "arguments": _words,
    "gpu": _positive,
    "inputs": _paths,
    "memory": _size,
    "threads": _count,
    "timeout": _positive,
    "verify": _boolean,
}
