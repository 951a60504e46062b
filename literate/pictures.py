"""`:PLOT`: a picture of series, or a figure that an example showed, as an image of the page."""

from literate.curves import Curve, describe, plot_digest
from literate.directives import ArgumentError, Arguments, text
from literate.errors import LiterateError, StaleError
from literate.paths import relative_link
from literate.recording import FOLDER
from literate.recordings import Recordings
from literate.series import parse_series

OPTIONS = ("series", "name", "alt", "figure")
MOST_EXAMPLES = 50


class Picture:
    """A plot that a page shows: its curves, the file for each theme, and the digest that both must carry."""

    __slots__ = ("curves", "digest", "paths", "series")

    def __init__(self, curves: list[Curve], series: str, name: str) -> None:
        self.curves = curves
        self.series = series
        self.digest = plot_digest(curves, series)
        self.paths = {theme: f"{FOLDER}/plots/{name}-{theme}.svg" for theme in ("light", "dark")}

    def is_drawn(self, recordings: Recordings) -> bool:
        """Whether both files are there and are drawn from these very numbers."""
        mark = f"<!-- literate-plot {self.digest} -->".encode()
        sources = recordings.sources
        return all(sources.exists(path) and mark in sources.raw(path) for path in self.paths.values())


def plot_picture(examples: list[str], arguments: Arguments, recordings: Recordings) -> Picture:
    """The picture that `:PLOT` asks for. Raises LiterateError where a recording has no such series."""
    series = text(arguments, "series", "loss")
    for example in examples:
        recordings.find(example)  # asks for each, also where one before it has not been recorded
    curves = [_curve(example, series, recordings) for example in examples]
    name = text(arguments, "name") or _file_name(examples, series)
    if not set(name) <= _NAME_CHARACTERS:
        raise ArgumentError(
            "'name' is letters, digits, '-', '_', '.' and '/'", arguments.options["name"].column
        )
    return Picture(curves, series, name.replace("..", ""))


_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")


def _curve(example: str, name: str, recordings: Recordings) -> Curve:
    series = parse_series(recordings.get(example).lines)
    if name not in series:
        known = ", ".join(series) or "none"
        raise LiterateError(f"the recording of '{example}' has no series '{name}'; it has: {known}")
    return Curve(example, [float(step) for step in series[name].steps], series[name].values)


def _file_name(examples: list[str], series: str) -> str:
    """A name for the files of a plot: the example's, or a digest of all of them."""
    if len(examples) == 1:
        name = f"{examples[0].removesuffix('.py')}-{series}"
        return "".join(char if char in _NAME_CHARACTERS else "_" for char in name)
    return f"{series}-{plot_digest([Curve(example, [], []) for example in examples], series)}"


def picture_lines(picture: Picture, arguments: Arguments, page_folder: str) -> list[str]:
    """The HTML that shows `picture` in GitHub's light and dark themes."""
    alt = text(arguments, "alt") or describe(picture.curves, picture.series)
    dark = _escape(relative_link(page_folder, picture.paths["dark"]))
    return [
        "<picture>",
        f'  <source media="(prefers-color-scheme: dark)" srcset="{dark}">',
        f"  {_image(alt, relative_link(page_folder, picture.paths['light']))}",
        "</picture>",
    ]


def figure_path(example: str, number: int) -> str:
    """Where the figure `number`, from 1, that `example` showed is kept."""
    return f"{FOLDER}/{example}.figure-{number}.svg"


def figure_lines(example: str, arguments: Arguments, recordings: Recordings, page_folder: str) -> list[str]:
    """The HTML that shows a figure of `example`. Raises LiterateError where it showed no such figure."""
    word = arguments.options["figure"]
    figures = recordings.get(example).figures
    path = figure_path(example, int(word.text)) if word.text.isdecimal() and len(word.text) < 6 else ""
    if path not in figures:
        count = "1 figure" if len(figures) == 1 else f"{len(figures)} figures"
        message = f"'{example}' showed {count} when it was recorded; there is no '{word.text}'"
        raise ArgumentError(message, word.column)
    if not recordings.sources.exists(path) or recordings.digest_of(path) != figures[path]:
        raise StaleError(f"'{path}' is not the figure that was recorded; `record --all {example}` mends it")
    alt = text(arguments, "alt") or f"figure {word.text} of {example}"
    return [_image(alt, relative_link(page_folder, path))]


def _image(alt: str, link: str) -> str:
    return f'<img alt="{_escape(alt)}" src="{_escape(link)}">'


def _escape(value: str) -> str:
    from html import escape

    return escape(" ".join(value.split()))
