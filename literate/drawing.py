"""Drawing the pictures of the pages into their files."""

from literate.errors import LiterateError
from literate.model import Location
from literate.pictures import Picture
from literate.plan import plan
from literate.project import Project
from literate.recording import FOLDER


def draw_pictures(project: Project) -> list[LiterateError]:
    """Draw every picture of the pages that is not drawn from the recordings as they stand; what went wrong."""
    try:
        for picture in plan(project, [], every=False).pictures():
            _draw(project, picture)
    except LiterateError as error:
        return [error]
    return []


def _draw(project: Project, picture: Picture) -> None:
    try:
        from literate.plots import draw  # matplotlib is slow to import, and only some pages need it
    except ImportError:
        message = "pictures are drawn by matplotlib: pip install 'literate-readme[plots]'"
        raise LiterateError(message, Location(f"{FOLDER}/plots")) from None
    for theme, path in picture.paths.items():
        project.workspace.write_bytes(path, draw(picture.curves, picture.series, theme, picture.digest))
