"""Why a page is stale: where it differs, which line of which source belongs there, and which side moved."""

from collections.abc import Iterator

from literate.changes import Change, bare_lines_of, find_changes, lines_of, span
from literate.errors import StaleError
from literate.model import Location
from literate.origins import Origins
from literate.pages import origins_of, text_of
from literate.project import Project
from literate.sides import BOTH, PAGE, Sides
from literate.weave import Woven

_PLACES = 20  # shown at most
_LINES = 10  # of each place
_WIDTH = 200  # characters of each line
_NO_END = "\\ No newline at end of file"
_ADOPT = "`build-readme adopt` carries the edits of the page back into its sources"

Note = tuple[Location | None, str]


def stale_error(project: Project, woven: Woven) -> StaleError:
    """The error for a page that differs from `woven`: each place, as a diff to what is right, and its origin."""
    way_out: Note = (
        None,
        f"`{project.settings.command}` writes it anew; edit {woven.template}, not the page",
    )
    data = project.workspace.read_page(woven.page)
    if data is None:
        message = f"the page is missing; it is woven from {woven.template}"
        return StaleError(message, Location(woven.page), (way_out,))
    right = text_of(woven)
    before, after = lines_of(right), lines_of(data)
    found = find_changes(before, after)
    origins = origins_of(woven, project.sources())
    sides = Sides(project, woven, bare_lines_of(data), origins)
    notes: list[Note] = []
    by_hand = False
    for change in found[:_PLACES]:
        by_hand = by_hand or sides.of(change) in (PAGE, BOTH)
        text = "; ".join(filter(None, [_origin(change, origins), sides.told(change)]))
        notes.append((Location(woven.page, change.after.start + 1), text))
        notes += [(None, line) for line in _diff(change, before, after)]
    if len(found) > _PLACES:
        notes.append((None, f"... and {_counted(len(found) - _PLACES, 'more place')}"))
    if by_hand:
        notes.append((None, _ADOPT))
    place = Location.of_offset(woven.page, data, _first_difference(data, right))
    message = f"stale: from here on it is not what {woven.template} weaves"
    error = StaleError(message, place, (*notes, way_out))
    error.marks = tuple(_marks(woven.page, found[:_PLACES], origins))
    return error


def _marks(page: str, found: list[Change], origins: Origins) -> Iterator[tuple[Location, str]]:
    """The lines of sources that belong into the places `found`."""
    for change in found:
        source = origins.location_of_line(min(change.before.start + 1, origins.line_count()))
        if source is not None:
            yield source, f"{page}:{change.after.start + 1} is not what this line weaves"


def _first_difference(one: bytes, other: bytes) -> int:
    """Where `one` and `other` begin to differ."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _origin(change: Change, origins: Origins) -> str:
    """Where the lines that belong into a place come from."""
    if change.before:
        return f"comes from {_places(change, origins)}"
    above = origins.location_of_line(change.before.start)
    below = origins.location_of_line(change.before.start + 1)
    if above is None and below is None:
        return "comes from no source: nothing is woven"
    return "comes from no source: " + (f"it stands below {above}" if above else f"it stands above {below}")


def _places(change: Change, origins: Origins) -> str:
    """The first line of each source that a place has lines of, as long as there are not too many."""
    first: dict[str, Location] = {}
    for line in change.before[:_WIDTH]:
        source = origins.location_of_line(line + 1)
        if source is not None:
            first.setdefault(source.path, source)
    return " and ".join(map(str, first.values()))


def _diff(change: Change, before: list[bytes], after: list[bytes]) -> list[str]:
    """The lines of a place: as they are on the page with `-`, as they should be with `+`."""
    is_, should_be = change.after, change.before
    most = max(_LINES // 2, _LINES - len(should_be))
    kept = is_[:most], should_be[: _LINES - min(len(is_), most)]
    lines = [f"@@ -{span(is_)} +{span(should_be)} @@"]
    for sign, text, numbers in (("-", after, kept[0]), ("+", before, kept[1])):
        for at in numbers:
            lines += [sign + _shown(text[at])] + ([] if text[at].endswith(b"\n") else [_NO_END])
    more = len(is_) + len(should_be) - len(kept[0]) - len(kept[1])
    return [*lines, f"... {_counted(more, 'more line')}"] if more else lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _shown(line: bytes) -> str:
    text = line.removesuffix(b"\n").decode("utf-8", "backslashreplace").replace("\r", "\\r")
    return text if len(text) <= _WIDTH else text[:_WIDTH] + "..."
