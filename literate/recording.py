"""A recording: what an example printed, what that depends on, and where it ran.

Kept as `recordings/<path of the example>.json`, made for good diffs: sorted keys, a line of output a line.
"""

import json
from hashlib import sha256

from literate.errors import LiterateError
from literate.model import Location

FOLDER = "recordings"
_LONGEST = 1e9  # seconds
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "arguments": list,
    "code": dict,
    "checksum": str,
    "depends": dict,
    "device": str,
    "figures": dict,
    "lines": list,
    "packages": dict,
    "python": str,
    "seconds": (int, float),
    "stderr": list,
    "times": list,
}
_OPTIONAL = {"worker": str}


class Recording:
    """What a run of `example` gave.

    `lines` and `stderr` are the lines it printed, `times` the seconds from the start to each of `lines`;
    `depends` has the digest of each file the result depends on, `code` that of its Python without comments,
    `figures` that of each figure it showed.
    `worker` is the name of the worker of a cluster that ran it; it is empty, and not kept, where it ran here.
    """

    __slots__ = (
        "arguments",
        "code",
        "depends",
        "device",
        "example",
        "figures",
        "lines",
        "packages",
        "python",
        "seconds",
        "stderr",
        "times",
        "worker",
    )

    def __init__(
        self,
        example: str,
        lines: list[str],
        *,
        arguments: list[str],
        code: dict[str, str],
        depends: dict[str, str],
        device: str,
        figures: dict[str, str],
        packages: dict[str, str],
        python: str,
        seconds: float,
        stderr: list[str],
        times: list[float],
        worker: str = "",
    ) -> None:
        self.example = example
        self.lines = lines
        self.arguments = arguments
        self.code = code
        self.depends = depends
        self.device = device
        self.figures = figures
        self.packages = packages
        self.python = python
        self.seconds = seconds
        self.stderr = stderr
        self.times = times
        self.worker = worker

    def checksum(self) -> str:
        """The digest of everything in the recording, by which an edit by hand is found."""
        return sha256(json.dumps(self._fields(), sort_keys=True).encode()).hexdigest()[:16]

    def serialise(self) -> bytes:
        """The recording as its file has it."""
        fields = {**self._fields(), "checksum": self.checksum()}
        return (json.dumps(fields, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(
            "utf-8", "backslashreplace"
        )

    def _fields(self) -> dict[str, object]:
        fields = {name: getattr(self, name) for name in _FIELDS if name != "checksum"}
        return fields | {name: value for name in _OPTIONAL if (value := getattr(self, name))}

    def moved(self, depends: dict[str, str], arguments: tuple[str, ...]) -> list[str]:
        """What is not as it was when this was recorded, in words; nothing for a fresh recording."""
        moved = [
            f"{path} has changed"
            for path in depends
            if self.depends.get(path, depends[path]) != depends[path]
        ]
        moved += [f"{path} is new among what it depends on" for path in depends if path not in self.depends]
        moved += [f"it no longer depends on {path}" for path in self.depends if path not in depends]
        if self.arguments != list(arguments):
            moved.append(f"its arguments were {self.arguments}, and are {list(arguments)}")
        return moved


def recording_path(example: str) -> str:
    """Where the recording of `example` is kept."""
    return f"{FOLDER}/{example}.json"


def parse_recording(example: str, data: bytes) -> Recording:
    """The recording in `data`. Raises LiterateError where it is none, or was edited by hand."""
    path = recording_path(example)
    try:
        fields = json.loads(data)
    except ValueError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        raise LiterateError(f"not a recording: {error}", Location(path, line, column)) from None
    except RecursionError:
        raise LiterateError("not a recording: nested too deeply", Location(path)) from None
    fault = _fault(fields)
    if fault:
        raise LiterateError(f"not a recording: {fault}; `record {example}` makes it anew", Location(path))
    checksum = fields.pop("checksum")
    recording = Recording(example, **fields)
    if recording.checksum() != checksum:
        message = f"this recording was edited by hand; `record --all {example}` makes it anew"
        raise LiterateError(message, Location(path))
    return recording


def _fault(fields: object) -> str:
    """What keeps `fields` from being a recording's, in words."""
    if not isinstance(fields, dict):
        return "it is no object"
    for name, kind in _FIELDS.items():
        if not isinstance(fields.get(name), kind) or isinstance(fields.get(name), bool):
            return f"'{name}' is missing or of the wrong kind"
    for name, kind in _OPTIONAL.items():
        if not isinstance(fields.get(name, kind()), kind):
            return f"'{name}' is of the wrong kind"
    if unknown := sorted(set(fields) - set(_FIELDS) - set(_OPTIONAL)):
        return f"'{unknown[0]}' is unknown"
    words = [*fields["lines"], *fields["stderr"], *fields["arguments"]]
    words += [
        *fields["depends"].values(),
        *fields["code"].values(),
        *fields["packages"].values(),
        *fields["figures"].values(),
    ]
    if not all(isinstance(word, str) for word in words):
        return "what should be text is not"
    if not all(isinstance(time, int | float) for time in fields["times"]):
        return "'times' holds what is no number"
    if not all(map(_is_reasonable, (*fields["times"], fields["seconds"]))):
        return "a time is no number of seconds"
    try:
        json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "a text holds half of a character"
    return ""


def _is_reasonable(seconds: float) -> bool:
    """Whether a time is one: neither endless, nor so long that no clock has shown it."""
    return 0 <= seconds < _LONGEST
