"""Projects in memory whose examples have been recorded."""

from literate.dependencies import code_digest, find_dependencies
from literate.errors import LiterateError
from literate.model import Settings
from literate.pictures import Picture
from literate.plots import draw
from literate.recording import Recording, recording_path
from literate.recordings import Recordings
from literate.sources import Sources
from literate.weave import Woven, weave
from tests.project import TEMPLATE, Files, as_bytes

LOSSES = ["step 0  loss 4.0", "step 10  loss 2.0", "step 20  loss 0.5", "done"]


def recorded_sources(files: Files) -> Sources:
    """The texts of `files`, and of no others."""

    def read(path: str) -> bytes:
        if path not in files:
            raise LiterateError(f"no file '{path}'")
        return as_bytes(files[path])

    return Sources(read, exists=lambda path: path in files)


def recording(files: Files, example: str, lines: list[str], **fields: object) -> Recording:
    """The recording of a run of `example`, one of `files`, that printed `lines`, one each tenth of a second."""
    depends = find_dependencies(example, (), recorded_sources(files))
    values: dict[str, object] = {
        "arguments": [],
        "code": {path: code_digest(as_bytes(files[path])) for path in depends.modules},
        "depends": depends.files,
        "device": "cpu, x86_64 Linux",
        "figures": {},
        "packages": {"numpy": "2.4.6", "tensorflow-cpu": "2.21.0"},
        "python": "3.11.9",
        "seconds": 1.5,
        "stderr": [],
        "times": [round(0.1 * number, 3) for number in range(1, len(lines) + 1)],
    }
    return Recording(example, lines, **values | fields)  # type: ignore[arg-type]


def recorded(files: Files, lines: dict[str, list[str]]) -> dict[str, str | bytes]:
    """`files` and the recordings of the examples that printed `lines`."""
    made = {
        recording_path(path): recording(files, path, printed).serialise() for path, printed in lines.items()
    }
    return {**files, **made}


def recordings_of(files: Files, settings: Settings | None = None) -> Recordings:
    return Recordings(recorded_sources(files), settings or Settings())


def woven(files: Files, settings: Settings | None = None) -> Woven:
    """The page of the template among `files`."""
    return weave(TEMPLATE, recorded_sources(files), settings or Settings(banner=False, values=True))


def drawn(files: Files) -> dict[str, str | bytes]:
    """`files` and the pictures of their page."""
    pictures: list[Picture] = woven(files).pictures
    made = {
        path: draw(picture.curves, picture.series, theme, picture.digest)
        for picture in pictures
        for theme, path in picture.paths.items()
    }
    return {**files, **made}
