"""Why a page is stale: where it differs, which line of which source belongs there, and which side moved."""

from collections.abc import Iterator

from literate.changes import Change, find_changes, lines_of
from literate.errors import StaleError
from literate.history import History, is_uncommitted, short
from literate.model import Location
from literate.origins import Origins
from literate.project import Project
from literate.weave import Woven

_PLACES = 20  # shown at most
_LINES = 10  # of each place

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
    right = b"".join(piece.data for piece in woven.pieces)
    before, after = lines_of(right), lines_of(data)
    found = find_changes(before, after)
    origins = origins_of(project, woven)
    history = History(project.workspace.root)
    sources = sorted({piece.path for piece in woven.pieces})
    notes: list[Note] = []
    for change in found[:_PLACES]:
        notes.append(_origin(woven.page, change, origins, history, sources))
        notes += [(None, line) for line in _diff(change, before, after)]
    if len(found) > _PLACES:
        notes.append((None, f"... and {len(found) - _PLACES} more places"))
    if found and any("edited by hand" in text for _, text in notes):
        notes.append((None, "`build-readme adopt` carries an edit of the page back into its sources"))
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


def origins_of(project: Project, woven: Woven) -> Origins:
    """Where each line of `woven` comes from."""
    sources = project.sources()

    def text_of(path: str) -> bytes:
        return (sources.template(path) if path == woven.template else sources.get(path)).text

    return Origins(woven.pieces, text_of)


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


def _origin(page: str, change: Change, origins: Origins, history: History, sources: list[str]) -> Note:
    """Where the lines that belong into a place come from, and how they came to be others."""
    source = origins.location_of_line(min(change.before.start + 1, origins.line_count()))
    place = Location(page, change.after.start + 1)
    if source is None:
        return place, "nothing belongs here"
    moved = _moved(page, change, source, history, sources)
    return place, f"comes from {source}" + (f"; {moved}" if moved else "")


def _moved(page: str, change: Change, source: Location, history: History, sources: list[str]) -> str:
    """Which side moved, as far as git knows."""
    if not history.known:
        return ""
    ours = _page_commit(page, change, history)
    moved = _source_moved(change, source, ours, history, sources)
    if moved:
        return f"{moved} and the page was not rebuilt"
    if not ours:
        return ""
    if is_uncommitted(ours):
        return "edited by hand, in no commit yet"
    if not history.files_of(ours).intersection(sources):
        return f"edited by hand in {short(ours)}, which touched none of its sources"
    return f"edited by hand in {short(ours)}"


def source_moved(page: str, change: Change, origins: Origins, history: History, sources: list[str]) -> str:
    """Which source of a place that differs has changed since the page was woven, in words; empty where none has."""
    source = origins.location_of_line(min(change.before.start + 1, origins.line_count()))
    if source is None:
        return ""
    moved = _source_moved(change, source, _page_commit(page, change, history), history, sources)
    return f"{moved} and the page was not rebuilt" if moved else ""


def _page_commit(page: str, change: Change, history: History) -> str:
    line = change.after.start + 1 if change.after else 0
    return history.commit_of_line(page, line) or history.commit_of_file(page)


def _source_moved(change: Change, source: Location, ours: str, history: History, sources: list[str]) -> str:
    """Which source has moved since the commit `ours` of the page: that of the place, or any for what was made."""
    theirs = history.commit_of_line(source.path, source.line if change.before else 0)
    found = {source.path: theirs or history.commit_of_file(source.path)}
    if is_uncommitted(ours) and not is_uncommitted(found[source.path]):
        return ""
    for path, commit in {**found, **{path: history.commit_of_file(path) for path in sources}}.items():
        if is_uncommitted(commit):
            return f"{path} has changed, in no commit yet,"
        if ours and commit and path == source.path and history.is_older(ours, commit):
            return f"{path} changed in {short(commit)},"
    return ""


def _diff(change: Change, before: list[bytes], after: list[bytes]) -> list[str]:
    """The lines of a place: as they are on the page with `-`, as they should be with `+`."""
    lines = [f"-{_shown(after[at])}" for at in change.after]
    lines += [f"+{_shown(before[at])}" for at in change.before]
    return lines if len(lines) <= _LINES else [*lines[:_LINES], f"... {len(lines) - _LINES} more lines"]


def _shown(line: bytes) -> str:
    text = line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    return text if len(text) <= 200 else text[:200] + "..."
