"""The frozen data that every module shares.

Plain classes with `__slots__`: importing `dataclasses` or `typing` takes as long as starting Python does,
and on a page of this tutorial's size starting is most of the work.
"""


class Location:
    """A place in a file of the project: lines and columns count from 1, in characters; 0 says none."""

    __slots__ = ("column", "line", "path")

    def __init__(self, path: str, line: int = 0, column: int = 0) -> None:
        self.path = path
        self.line = line
        self.column = column

    @classmethod
    def of_offset(cls, path: str, text: bytes, offset: int) -> "Location":
        """The place of the byte at `offset` of `text`."""
        start = text.rfind(b"\n", 0, offset) + 1
        column = len(text[start:offset].decode("utf-8", "replace")) + 1
        return cls(path, text.count(b"\n", 0, offset) + 1, column)

    @property
    def key(self) -> tuple[str, int, int]:
        """What places are sorted by."""
        return (self.path, self.line, self.column)

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.path, *numbers])


class ExampleSettings:
    """How an example is run: its arguments, the files it reads, its limits in seconds and bytes, its BLAS threads.

    `resources` is what it asks of a worker of a cluster, by the names that Dask's manual gives them. Without `verify`
    no new run is held against its recording, as for a table of times, which no two runs have in common.
    """

    __slots__ = ("arguments", "inputs", "memory", "resources", "threads", "timeout", "verify")

    def __init__(
        self,
        arguments: tuple[str, ...] = (),
        inputs: tuple[str, ...] = (),
        timeout: float = 60.0,
        memory: int = 4_000_000_000,
        threads: int = 1,
        resources: dict[str, float] | None = None,
        verify: bool = True,
    ) -> None:
        self.arguments = arguments
        self.inputs = inputs
        self.timeout = timeout
        self.memory = memory
        self.resources = resources or {}
        self.threads = threads
        self.verify = verify


GITHUB_LIMIT = (
    500 * 1024
)  # bytes of a README; it shows no more: https://docs.github.com/en/repositories (About READMEs)


class Settings:
    """What a project can set in `[tool.literate]` of its pyproject.toml."""

    __slots__ = (
        "banner",
        "command",
        "defaults",
        "example",
        "examples",
        "exclude",
        "limit",
        "links",
        "output",
        "repository",
        "requirements",
        "rtol",
        "site_template",
        "values",
    )

    def __init__(
        self,
        banner: bool = True,
        command: str = "build-readme",
        exclude: tuple[str, ...] = (),
        examples: tuple[str, ...] = (),
        defaults: ExampleSettings | None = None,
        example: dict[str, ExampleSettings] | None = None,
        limit: int = GITHUB_LIMIT,
        links: bool = True,
        output: int = 1_000_000,
        repository: str = "",
        requirements: str = "requirements.txt",
        rtol: float = 0.02,
        site_template: str = "",
        values: bool = False,
    ) -> None:
        self.banner = banner
        self.command = command
        self.exclude = exclude
        self.examples = examples
        self.defaults = defaults or ExampleSettings()
        self.example = example or {}
        self.limit = limit
        self.links = links
        self.output = output
        self.repository = repository
        self.requirements = requirements
        self.rtol = rtol
        self.site_template = site_template
        self.values = values

    def of_example(self, path: str) -> ExampleSettings:
        """How the example `path` is run."""
        return self.example.get(path, self.defaults)


# What the lines of a piece are to its file.
MADE = 0  # made for the page: no line of the file
COPIED = 1  # the file's own lines
RECORDED = 2  # what lines of a recording hold, in the same order


class Piece:
    """A part of a page and where it comes from.

    The lines of `data` come from the lines of the file `path` from byte `offset` of its text on, as `kind`
    says; what is MADE has the place of the directive that asked for it.
    """

    __slots__ = ("data", "kind", "offset", "path")

    def __init__(self, data: bytes | memoryview, path: str, offset: int, kind: int = MADE) -> None:
        self.data = data
        self.path = path
        self.offset = offset
        self.kind = kind
