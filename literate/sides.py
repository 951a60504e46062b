"""Which side moved where a page is not what its sources weave: the page, a source, or both.

What settles it is the newest commit in which the page was fresh: what differs from the page of then was edited by
hand, and where the page woven now differs from it a source has moved. Where there is no such commit, the order in
which the lines were committed has to do. Without git nobody knows.
"""

from literate.changes import Change, bare_lines_of, counterpart, find_changes, touches
from literate.errors import LiterateError
from literate.history import History, is_uncommitted, short
from literate.model import MADE, Location, Settings
from literate.origins import Origins
from literate.pages import text_of, weave_page
from literate.project import Project
from literate.recording import recording_path
from literate.sources import Sources
from literate.weave import Woven

PAGE, SOURCE, BOTH, UNKNOWN = "page", "source", "both", "unknown"
_SETTINGS = "pyproject.toml"
_COMMITS = 10  # of the page, looked at for one in which it was fresh
_NAMED = 3  # sources at most
_LINES = 20  # of a place, asked for their commit


class Sides:
    """Tells of the places in which `page`, the lines on disk, is not `woven`."""

    def __init__(self, project: Project, woven: Woven, page: list[bytes], origins: Origins) -> None:
        self._project = project
        self._woven = woven
        self._page = page
        self._origins = origins
        self._history = History(project.workspace.root)
        self._files: list[str] | None = None
        self._fresh_in = ""
        if self._history.is_tracked(woven.page):
            self._find_fresh()

    def of(self, change: Change) -> str:
        """The side that moved in a place."""
        if not self._history.is_tracked(self._woven.page):
            return UNKNOWN
        if not self._fresh_in:
            return self._by_order(change)[0]
        by_hand = touches(self._edited, change.after)
        moved = touches(self._moved, change.before)
        if by_hand and moved:
            return UNKNOWN if self._rebuilt_since(change) else BOTH
        return PAGE if by_hand else SOURCE if moved else UNKNOWN

    def told(self, change: Change) -> str:
        """What is known of how a place came to be as it is, in words; none where that is nothing."""
        if not self._history.is_tracked(self._woven.page):
            return ""
        if not self._fresh_in:
            return self._by_order(change)[1]
        by_hand = touches(self._edited, change.after)
        if not touches(self._moved, change.before):
            return self._editing(change) if by_hand else ""
        moving = self._moving(change)
        return (
            f"{self._editing(change)}; {moving} as well"
            if by_hand
            else f"{moving} and the page was not rebuilt"
        )

    def _rebuilt_since(self, change: Change) -> bool:
        """Whether the page has lines that are as new as those of a place, so that it may have been rebuilt for both."""
        near = [moved for moved in self._moved if touches([moved], change.before)]
        return any(counterpart(self._places, line) is not None for moved in near for line in moved)

    def _find_fresh(self) -> None:
        """Find the newest commit with a fresh page, and what has changed since."""
        page = self._woven.page
        for commit in dict.fromkeys([self._history.head, *self._history.commits_of_file(page, _COMMITS)]):
            data = self._history.read(commit, page)
            if data is not None and data == self._woven_in(commit):
                self._fresh_in = commit
                fresh = bare_lines_of(data)
                woven = bare_lines_of(text_of(self._woven))
                self._edited = [change.after for change in find_changes(fresh, self._page)]
                self._moved = [change.after for change in find_changes(fresh, woven)]
                self._places = find_changes(woven, self._page)
                return

    def _woven_in(self, commit: str) -> bytes | None:
        """The page as the sources of `commit` weave it; None where they do not."""

        def read(path: str) -> bytes:
            data = self._history.read(commit, path)
            if data is None:
                raise LiterateError(f"no file '{path}'")
            return data

        try:
            settings = self._settings_in(commit)
            sources = Sources(read, exists=lambda path: self._history.read(commit, path) is not None)
            woven = weave_page(self._woven.template, sources, settings)
        except LiterateError:
            return None
        return None if woven.errors else text_of(woven)

    def _settings_in(self, commit: str) -> Settings:
        """The settings of `commit`; those of the command line too, where the file is what it was."""
        workspace = self._project.workspace
        data = self._history.read(commit, _SETTINGS)
        if data == (workspace.read(_SETTINGS) if workspace.exists(_SETTINGS) else None):
            return self._project.settings
        from literate.settings import parse_settings  # not worth its time where there are none

        return parse_settings(data or b"")

    def _by_order(self, change: Change) -> tuple[str, str]:
        """The side that moved as the order of the commits has it, for lines that both sides have, and that in words."""
        source = self._source(change)
        if source is None or not change.before or not change.after or self._is_made(change):
            return UNKNOWN, ""
        ours = self._history.commit_of_line(self._woven.page, change.after.start + 1)
        theirs = self._history.commit_of_line(source.path, source.line)
        source_moved = SOURCE, f"{_changed(source.path, theirs)} and the page was not rebuilt"
        if is_uncommitted(theirs):
            return (UNKNOWN, "") if is_uncommitted(ours) else source_moved
        if is_uncommitted(ours) or (ours and theirs and self._history.holds(ours, theirs)):
            return PAGE, self._edited_in(ours)
        if ours and theirs and self._history.holds(theirs, ours):
            return source_moved
        return UNKNOWN, ""

    def _editing(self, change: Change) -> str:
        """How the page was edited in a place."""
        page = self._woven.page
        if change.after:
            return self._edited_in(self._history.commit_of_line(page, change.after.start + 1))
        committed = bare_lines_of(self._history.read(self._history.head, page) or b"")
        edited = [found.after for found in find_changes(committed, self._page) if not found.after]
        if touches(edited, change.after):
            return "edited by hand, in no commit yet"
        lines = bare_lines_of(text_of(self._woven))[change.before.start : change.before.stop]
        longest = max(lines, key=len).decode("utf-8", "replace")
        commit = self._history.commit_of_count(page, longest) if longest else ""
        return self._edited_in(commit or self._history.commit_of_file(page))

    def _edited_in(self, commit: str) -> str:
        if not commit:
            return "edited by hand"
        if is_uncommitted(commit):
            return "edited by hand, in no commit yet"
        own = self._history.files_of(commit).isdisjoint(self._sources())
        return f"edited by hand in {short(commit)}" + (", which touched none of its sources" if own else "")

    def _moving(self, change: Change) -> str:
        """Which source has moved so that a place of the page is another."""
        for line in change.before[:_LINES] if not self._is_made(change) else ():
            source = self._origins.location_of_line(line + 1)
            if source is not None and (commit := self._since(source)):
                return _changed(source.path, commit)
        found = self._made_of(change) or self._changed_sources()
        named = [_changed(path, self._history.commit_of_file(path)) for path in found[:_NAMED]]
        more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
        return " and ".join([*named, *more]) or "a source changed"

    def _since(self, source: Location) -> str:
        """The commit since the page was fresh that changed a line of a source, if one did."""
        commit = self._history.commit_of_line(source.path, source.line)
        known = commit and (is_uncommitted(commit) or not self._history.holds(self._fresh_in, commit))
        return commit if known else ""

    def _source(self, change: Change) -> Location | None:
        return self._origins.location_of_line(min(change.before.start + 1, self._origins.line_count()))

    def _is_made(self, change: Change) -> bool:
        return any(self._origins.piece_of_line(line + 1).kind == MADE for line in change.before)

    def _made_of(self, change: Change) -> list[str]:
        """The changed sources that the directive names which a place was made for, or that it is the place of."""
        source = self._source(change)
        if source is None:
            return []
        text = self._project.workspace.read(source.path).split(b"\n")
        line = text[source.line - 1] if source.line <= len(text) else b""
        changed = self._changed_sources()
        named = [path for path in changed if _name(path).encode() in line]
        return named or [path for path in changed if path == source.path]

    def _changed_sources(self) -> list[str]:
        """The page's sources that are not what they were when it was fresh."""
        workspace = self._project.workspace
        return [
            path
            for path in self._sources()
            if workspace.exists(path)
            and _plain(self._history.read(self._fresh_in, path)) != _plain(workspace.read(path))
        ]

    def _sources(self) -> list[str]:
        """All files that the page depends on."""
        if self._files is None:
            sources = self._project.sources()
            woven = weave_page(self._woven.template, sources, self._project.settings)
            recorded = [recording_path(example) for example in woven.examples]
            named = {piece.path for piece in self._woven.pieces}
            self._files = sorted({*named, *sources.paths(), *recorded, _SETTINGS})
        return self._files


def _plain(data: bytes | None) -> bytes | None:
    """`data` with the line ends that git keeps."""
    return data if data is None else data.replace(b"\r\n", b"\n")


def _name(path: str) -> str:
    """The name by which a directive would call the file `path`, or what was recorded of it."""
    return path.rpartition("/")[2].removesuffix(".json")


def _changed(path: str, commit: str) -> str:
    if not commit:
        return f"{path} changed"
    return (
        f"{path} has changed, in no commit yet,"
        if is_uncommitted(commit)
        else f"{path} changed in {short(commit)}"
    )
