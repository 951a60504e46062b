"""The workloads, the same bytes on every machine: `python benchmarks/workloads.py FOLDER [--quick] NAME ...`.

Each is a folder with the scripts, the template README_raw.md, the same document in the words of each peer, the
pieces that `cat` joins, and manifest.json: how large it is, and what the right page of each tool hashes to.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dialects import OURS, OURS_WHOLE, PEERS, Dialect

MILLION = 1_000_000
WORDS = (
    "tensor gradient network layer weight batch loss module optimizer input output array graph value step "
    "a the of to in and is for with that this each we from our train define compute hidden random"
)


@dataclass(frozen=True)
class Shape:
    """How large a workload is; `lines` are those of a script, `prose` those in front of each include."""

    includes: int
    files: int
    lines: tuple[int, int] = (80, 80)
    prose: int = 20
    prose_bytes: int = 0
    file_bytes: int = 0
    docstring: bool = False


SMALL, MEDIUM, LARGE = Shape(9, 9, (65, 95), 22), Shape(1_000, 500), Shape(10_000, 2_000)
SHAPES = {
    "S": SMALL,
    "M": MEDIUM,
    "L": LARGE,
    "XLp": Shape(100, 100, prose_bytes=100 * MILLION),
    "XLf": Shape(1, 1, file_bytes=100 * MILLION),
    "Sd": replace(SMALL, docstring=True),
    "Md": replace(MEDIUM, docstring=True),
    "Ld": replace(LARGE, docstring=True),
    # How cost grows: short scripts, so that the largest page stays below what a page may hold.
    "1k": Shape(1_000, 500, (20, 20), 8),
    "10k": Shape(10_000, 500, (20, 20), 8),
    "100k": Shape(100_000, 500, (20, 20), 8),
}


def quick(shape: Shape) -> Shape:
    """A hundredth of `shape`, but for what is small anyway."""
    if shape.includes <= SMALL.includes and not shape.file_bytes:
        return shape
    return replace(
        shape,
        includes=max(1, shape.includes // 100),
        files=max(1, shape.files // 100),
        prose_bytes=shape.prose_bytes // 100,
        file_bytes=shape.file_bytes // 100,
    )


class Text:
    """Prose and Python out of a seed; with `random()` alone, whose numbers Python promises never to change."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed).random
        self._words = WORDS.split()
        self._sentences = [self._sentence() for _ in range(3_000)]

    def number(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def pick(self, items: list[str]) -> str:
        return items[int(self.random() * len(items))]

    def sentence(self) -> str:
        return self.pick(self._sentences)

    def _sentence(self) -> str:
        words = [self.pick(self._words) for _ in range(self.number(8, 14))]
        if self.random() < 0.1:
            words[3] = f"`{words[3]}`"
        if self.random() < 0.05:
            words[5] = f"[{words[5]}](#part-0)"
        return " ".join(words).capitalize() + ".\n"

    def prose(self, number: int, lines: int) -> str:
        """A heading, paragraphs of six lines, a short list now and then, an empty line last."""
        made = [f"## Part {number}\n", "\n"]
        while len(made) < lines - 1:
            at = len(made) % 14
            made.append("\n" if at in (8, 13) else ("- " if at > 8 else "") + self.sentence())
        return "".join([*made, "\n"])

    def script(self, number: int, lines: int, docstring: bool) -> str:
        """A module of so many `lines`; the docstring stands below the imports, as the ancestor's do."""
        made = ["import math\n", "import random\n", "\n"]
        if docstring:
            made += ['"""\n', *(self.sentence() for _ in range(6)), '"""\n', "\n"]
        while len(made) < lines:
            made += self._function(f"step_{number}_{len(made)}")[: lines - len(made)]
        if made[-1] == "\n":
            made[-1] = "last = None\n"
        return "".join(made)

    def _function(self, name: str) -> list[str]:
        rate = self.number(1, 999)
        return [
            f"def {name}(values, rate=0.{rate:03}):\n",
            f"    # {self.sentence()}",
            f"    hidden = [max(0.0, value * {rate}) for value in values]\n",
            "    loss = sum((a - b) ** 2 for a, b in zip(hidden, values))\n",
            "    if math.isnan(loss):\n",
            "        raise ValueError('the loss is not a number')\n",
            f"    print('{name}', loss, random.random() * rate)\n",
            "    return loss\n",
            "\n",
        ]

    def until(self, size: int, make: Callable[[int], str]) -> str:
        """What `make` gives for 0, 1, 2 and so on, until it is `size` long."""
        made, length = [], 0
        while length < size:
            made.append(make(len(made)))
            length += len(made[-1])
        return "".join(made)


class Workload:
    """A document: prose and includes in turn, and the scripts by their paths."""

    def __init__(self, name: str, shape: Shape) -> None:
        text = Text(name.removesuffix("d"))
        self.scripts = dict(self._scripts(text, shape))
        paths = list(self.scripts)
        order = [paths[number % len(paths)] for number in range(shape.includes)]
        self.order = order if shape.includes == len(paths) else sorted(order, key=lambda _: text.random())
        self.prose = [self._prose(text, shape, number) for number in range(shape.includes)]

    def _scripts(self, text: Text, shape: Shape) -> Iterator[tuple[str, str]]:
        for number in range(shape.files):
            path = f"package_{20 * number // shape.files:02}/module_{number:05}.py"

            def script(part: int, number: int = number) -> str:
                return text.script(part or number, text.number(*shape.lines), shape.docstring)

            yield path, text.until(shape.file_bytes, script) if shape.file_bytes else script(0)

    def _prose(self, text: Text, shape: Shape, number: int) -> str:
        if not shape.prose_bytes:
            return text.prose(number, shape.prose)
        size = shape.prose_bytes // shape.includes
        return text.until(size, lambda part: text.prose(1_000 * number + part, 40))

    def document(self, dialect: Dialect) -> Iterator[str]:
        """The template in `dialect`, part by part."""
        yield f"# Generated\n\n{dialect.head}"
        for prose, path in zip(self.prose, self.order, strict=True):
            yield prose
            yield dialect.include(path)
            yield "\n"
        yield "The end.\n"

    def page(self, dialect: Dialect) -> Iterator[str]:
        """What the template in `dialect` is to become, part by part."""
        shown = {path: dialect.shown(path, script) for path, script in self.scripts.items()}
        yield f"# Generated\n\n{dialect.head_shown}"
        for prose, path in zip(self.prose, self.order, strict=True):
            yield prose
            yield shown[path]
            yield "\n"
        yield "The end.\n"

    def write(self, folder: Path, dialects: dict[str, Dialect]) -> None:
        """Write all of it below `folder`."""
        for path, script in self.scripts.items():
            _write(folder / path, [script])
        expected = {}
        for name, dialect in dialects.items():
            _write(folder / dialect.template, self.document(dialect))
            expected[name] = _digest(self.page(dialect))
        self._write_pieces(folder)
        size = sum(map(len, self.page(OURS)))
        manifest = {"bytes": size, "expected": expected, "includes": len(self.order)}
        _write(folder / "manifest.json", [json.dumps(manifest, indent=1) + "\n"])

    def _write_pieces(self, folder: Path) -> None:
        """The whole page cut up as `cat` needs it, and the names in their order."""
        names: list[str] = []
        before = "# Generated\n\n"
        for prose, path in zip(self.prose, self.order, strict=True):
            names += [f"pieces/{len(names):06}", path]
            _write(folder / names[-2], [f"{before}{prose}```python\n# Code in file {path}\n"])
            before = "```\n\n"
        names.append("pieces/last")
        _write(folder / names[-1], [f"{before}The end.\n"])
        _write(folder / "pieces.txt", ["\0".join(names)])


def _write(path: Path, parts: Iterator[str] | list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


def _digest(parts: Iterator[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
    return digest.hexdigest()


def generate(folder: Path, name: str, small: bool = False) -> None:
    """Write the workload `name` into a folder of that name below `folder`; the peers' words for S, M and L only."""
    shape = quick(SHAPES[name]) if small else SHAPES[name]
    dialects = {"ours": OURS, "whole": OURS_WHOLE} | (PEERS if name in ("S", "M", "L") else {})
    Workload(name, shape).write(folder / name, dialects)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SHAPES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the sizes")
    options = parser.parse_args()
    for name in options.names or SHAPES:
        generate(options.folder, name, options.quick)


if __name__ == "__main__":
    main()
