"""How errors and results read: for people, for machines, and as annotations of GitHub Actions."""

from __future__ import annotations

from literate.errors import LiterateError
from literate.model import Location

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    Show = Callable[[str], str]  # a path from the root as the reader should see it


def error_lines(error: LiterateError, show: Show) -> list[str]:
    """`path:line:column: error: what is wrong`, and the notes indented below it."""
    place = f"{_place(error.location, show)}: " if error.location else ""
    lines = [f"{place}error: {error.message}"]
    for location, text in error.notes:
        lines.append(f"    {_place(location, show)}: {text}" if location else f"    {text}")
    return lines


def _place(location: Location, show: Show) -> str:
    return str(Location(show(location.path), location.line, location.column))


def workflow_commands(error: LiterateError, show: Show) -> list[str]:
    """The workflow commands that mark `error` on its line, and the lines of sources that it concerns.

    Format: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    text = "\n".join([error.message, *error_lines(error, show)[1:]])
    marks = [_annotation("notice", place, mark, show) for place, mark in error.marks]
    return [_annotation("error", error.location, text, show), *marks]


def _annotation(kind: str, place: Location | None, text: str, show: Show) -> str:
    fields = []
    if place:
        named = (("file", show(place.path)), ("line", place.line), ("col", place.column))
        fields = [f"{key}={_escape(str(value), property_=True)}" for key, value in named if value]
    return f"::{kind} {','.join(fields)}::{_escape(text)}"


def _escape(text: str, property_: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text


def error_record(error: LiterateError) -> dict[str, object]:
    """`error` for machines; paths are from the project's root."""
    return {
        **_location_record(error.location),
        "message": error.message,
        "notes": [{**_location_record(place), "message": text} for place, text in error.notes],
        "exit_code": error.exit_code,
    }


def _location_record(location: Location | None) -> dict[str, object]:
    if location is None:
        return {"path": None, "line": None, "column": None}
    return {"path": location.path, "line": location.line or None, "column": location.column or None}
