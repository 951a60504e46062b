"""What a user has to mend: the place, the fault and the way out."""

from literate.model import Location

_LONGEST_WORD = 300


class LiterateError(Exception):
    """A fault of the input, never of the tool.

    `location` is the place to mend; code that does not know it leaves it out, and whoever does adds it
    with `at`. `notes` are the other places involved and the ways out, each on a line of its own. `marks` are
    lines of sources that a pull request should show it on as well.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        location: Location | None = None,
        notes: tuple[tuple[Location | None, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.notes = notes
        self.marks: tuple[tuple[Location, str], ...] = ()

    def at(self, location: Location) -> "LiterateError":
        """The same error, placed at `location` unless it has a place of its own."""
        if self.location is None:
            self.location = location
        return self

    def note(self, location: Location | None, text: str) -> "LiterateError":
        """The same error with one more note."""
        self.notes = (*self.notes, (location, text))
        return self


class StaleError(LiterateError):
    """A page, a recording or a claim does not hold."""

    exit_code = 1


class UnrecordedError(StaleError):
    """The example has no recording yet."""

    def __init__(self, example: str) -> None:
        super().__init__(f"'{example}' has not been recorded; `record {example}` runs it")
        self.example = example


class ExampleError(LiterateError):
    """An example failed, ran too long or used too much."""

    exit_code = 4


class UsageError(LiterateError):
    """The command line is wrong."""

    exit_code = 2


def nearest(word: str, known: list[str], cutoff: float = 0.6) -> str:
    """`; the nearest is 'x'`, or the empty string where nothing known comes near."""
    if len(word) > _LONGEST_WORD:
        return ""  # comparing takes as long as the square of it
    from difflib import get_close_matches  # slow to import, and only errors need it

    found = get_close_matches(word, known, n=1, cutoff=cutoff)
    return f"; the nearest is '{found[0]}'" if found else ""
