"""The recordings of a project, and what claims, values and templates see of them."""

from types import SimpleNamespace

from literate.agreement import close
from literate.dependencies import code_digest, digest_of, find_dependencies
from literate.errors import LiterateError, StaleError, UnrecordedError
from literate.model import Location, Settings
from literate.python_source import code_line_count
from literate.recording import Recording, parse_recording, recording_path
from literate.requirements import breaks_bounds, parse_requirements
from literate.series import parse_series
from literate.sources import Sources

VIEW_NAMES = (
    "lines",
    "seconds",
    "seconds_per_step",
    "versions",
    "python",
    "device",
    "path",
    "code_lines",
    "worker",
)


class Recordings:
    """The project's recordings, read from `sources` once each."""

    def __init__(self, sources: Sources, settings: Settings) -> None:
        self.sources = sources
        self.settings = settings
        self._cache: dict[str, Recording] = {}
        self._asked: set[str] = set()
        self._views: dict[str, tuple[Recording, SimpleNamespace]] = {}

    def get(self, example: str) -> Recording:
        """The recording of `example`, fresh or not. Raises LiterateError where there is none or it is broken."""
        if example not in self._cache:
            path = recording_path(example)
            recorded = self.sources.exists(path)
            if not recorded:
                self.sources.get(example)  # a misspelt path is the likelier fault
            self._asked.add(example)
            if not recorded:
                raise UnrecordedError(example)
            self._cache[example] = parse_recording(example, self.sources.raw(path))
        return self._cache[example]

    def find(self, example: str) -> Recording | None:
        """The recording of `example`; None where there is none that can be read."""
        try:
            return self.get(example)
        except LiterateError:
            return None

    def put(self, recording: Recording) -> None:
        """Let `recording` stand for the one on disk."""
        self._cache[recording.example] = recording

    def used(self) -> list[str]:
        """The examples whose recordings were asked for."""
        return sorted(self._asked)

    def digest_of(self, path: str) -> str:
        """The digest of the file `path`, as a recording notes it of a figure."""
        return digest_of(self.sources.raw(path))

    def exists(self, example: str) -> bool:
        """Whether `example` has been recorded."""
        return example in self._cache or self.sources.exists(recording_path(example))

    def moved(self, example: str) -> list[str]:
        """What has moved since `example` was recorded, in words. Raises LiterateError as `get` does."""
        own = self.settings.of_example(example)
        depends = find_dependencies(example, own.inputs, self.sources).files
        recording = self.get(example)
        for path, digest in depends.items():
            recorded = recording.depends.get(path, digest)
            if digest != recorded and self._same_code(path, recording):
                depends[path] = recorded
        return recording.moved(depends, own.arguments)

    def _same_code(self, path: str, recording: Recording) -> bool:
        """Whether only comments and empty lines of `path` have changed since `recording`."""
        return path in recording.code and code_digest(self.sources.get(path).text) == recording.code[path]

    def fault(self, example: str) -> LiterateError | None:
        """What keeps the recording of `example` from being fresh; None where it is."""
        try:
            moved = self.moved(example)
            broken = self.broken_bounds(example)
        except LiterateError as error:
            return error.at(Location(example))
        if not moved and not broken:
            return None
        way_out = (None, f"`record {example}` runs it anew")
        if moved:
            notes = tuple((None, part) for part in moved)
            message = f"its recording is stale: {moved[0]}"
            return StaleError(message, Location(example), (*notes[1:], way_out))
        return StaleError(broken, Location(recording_path(example)), (way_out,))

    def broken_bounds(self, example: str) -> str:
        """The first version that was recorded and that the project's requirements no longer allow, in words."""
        path = self.settings.requirements
        if not self.sources.exists(path):
            return ""
        requirements = parse_requirements(self.sources.get(path).text.decode())
        for name, version in sorted(self.get(example).packages.items()):
            bounds = breaks_bounds(name, version, requirements)
            if bounds:
                return f"recorded with {name} {version}, {path} says {bounds}"
        return ""

    def view(self, example: str) -> SimpleNamespace:
        """What an expression sees of the recording of `example`: its series by name, and `VIEW_NAMES`.

        Raises LiterateError where it has none.
        """
        recording = self.get(example)
        seen = self._views.get(example)
        if seen is None or seen[0] is not recording:
            seen = self._views[example] = recording, self._view(example, recording)
        return seen[1]

    def _view(self, example: str, recording: Recording) -> SimpleNamespace:
        series = parse_series(recording.lines)
        fields = {
            "path": example,
            "lines": recording.lines,
            "seconds": recording.seconds,
            "seconds_per_step": _seconds_per_step(recording),
            "versions": {name.replace("-", "_"): v for name, v in recording.packages.items()},
            "python": recording.python,
            "device": recording.device,
            "worker": recording.worker,
            "code_lines": code_line_count(self.sources.get(example)),
        }
        return SimpleNamespace(**series | fields)

    def names(self, example: str | None) -> dict[str, object]:
        """The names that an expression may use; `example` names the recording it is about, if any."""
        names: dict[str, object] = {"example": self.view, "agree": agree}
        return {**vars(self.view(example)), **names} if example else names


def agree(a: object, b: object, rtol: float = 1e-6) -> bool:
    """Whether two numbers or series agree within `rtol`."""
    return close(a, b, rtol)


def _seconds_per_step(recording: Recording) -> float | None:
    """The time between the first and last line that has a step, over the steps between them."""
    at = [
        (next(iter(series.values())).steps[0], time)
        for line, time in zip(recording.lines, recording.times, strict=False)
        if (series := parse_series([line]))
    ]
    steps = at[-1][0] - at[0][0] if at else 0
    return (at[-1][1] - at[0][1]) / steps if steps else None
