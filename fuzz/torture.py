"""Torture: `python -m fuzz.torture kills [--count 1000]`, `... library [--every 1]`, `... specification`.

kills     build, record, adopt and export, killed at random moments: each file is the old or the new one, whole
library   every Python file of the standard library and of the installed packages: included, woven, shown by
          GitHub's Markdown to the byte; without its docstring it compiles to the same syntax tree
specification   every example of Markdown's specification as prose, with includes beside it
"""

import argparse
import ast
import json
import os
import random
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from literate.errors import LiterateError
from literate.model import Settings
from literate.recording import parse_recording
from literate.source import Source
from literate.sources import Sources
from literate.weave import weave

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "README_raw.md"
_MARKER = re.compile(r"^[ \t]*#[ \t]*(?:region|endregion)(?: [^\n]*)?\n", re.MULTILINE)  # never on a page
LINES = "".join(f"line_{number} = {number:060d}\n" for number in range(4_000))


# Kills


class Victim:
    """A command, what is changed in front of each run of it, and which files it writes."""

    def __init__(self, command: list[str], change: Callable[[Path, int], None]) -> None:
        self.command = [sys.executable, str(ROOT / "build_readme.py"), *command]
        self.change = change


def _page(folder: Path, version: int) -> None:
    text = (
        f"# Version {version}\n\n```\n:INCLUDE a.txt\n```\n\n:OUTPUT e.py\n\n:INCLUDE e.py\n\nEnd {version}\n"
    )
    (folder / TEMPLATE).write_text(text)


def _script(folder: Path, version: int) -> None:
    (folder / "e.py").write_text(f'print("begin {version}")\nprint("x" * 50_000)\nprint("end {version}")\n')


def _edited(folder: Path, version: int) -> None:
    page = folder / "README.md"
    lines = page.read_text().split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("End "))
    page.write_text("\n".join([*lines[:at], f"End {version}", *lines[at + 1 :]]))


VICTIMS = {
    "build": Victim(["build", "-q"], _page),
    "record": Victim(["record", "-q"], _script),
    "adopt": Victim(["adopt", "-q", "--yes"], _edited),
    "export": Victim(["export", "notebooks", "-q"], _page),
}


def kill(name: str, count: int, seed: int = 0) -> tuple[int, int]:
    """Kill the command `name` `count` times; how often something had been written by then, and how often not.

    Raises AssertionError where a file is neither what it was nor what it should become.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name_:
        folder = Path(name_)
        _prepare(folder)
        victim = VICTIMS[name]
        usual = _usual(folder, victim)
        changed = 0
        for version in range(1, count + 1):
            _ready(folder, name, version)
            victim.change(folder, version)
            before = _files(folder)
            with subprocess.Popen(
                victim.command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as run:
                time.sleep(chance.uniform(0.3, 1.2) * usual)
                run.kill()
            after = _files(folder)
            changed += before != after
            for path, data in after.items():
                _require(
                    before.get(path) == data or _is_whole(path, data), f"{name} {version}: half of {path}"
                )
        _ready(folder, name, count + 1)
        victim.change(folder, count + 1)
        for command in ("record", "build"):
            subprocess.run([sys.executable, ROOT / "build_readme.py", command, "-q"], cwd=folder, check=True)
        _run(folder, victim)
        left = [path.name for path in folder.rglob("*.tmp")]
        _require(not left, f"{name}: left for ever: {left}")
    return changed, count - changed


def _prepare(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.literate]\nexamples = ["e.py"]\n')
    (folder / "a.txt").write_text(LINES)
    _page(folder, 0)
    _script(folder, 0)
    for command in ("record", "build"):
        subprocess.run([sys.executable, ROOT / "build_readme.py", command, "-q"], cwd=folder, check=True)


def _ready(folder: Path, name: str, version: int) -> None:
    """Bring the project into the state in which the command has work to do."""
    if (
        name == "adopt"
        and subprocess.run(
            [sys.executable, ROOT / "build_readme.py", "check", "-q"],
            cwd=folder,
            capture_output=True,
            check=False,
        ).returncode
    ):
        subprocess.run([sys.executable, ROOT / "build_readme.py", "-q"], cwd=folder, check=True)
    if name == "export":
        for notebook in folder.rglob("*.ipynb"):
            if version % 2:
                notebook.unlink()


def _usual(folder: Path, victim: Victim) -> float:
    """How long the command takes."""
    victim.change(folder, 0)
    start = time.monotonic()
    _run(folder, victim)
    return time.monotonic() - start


def _run(folder: Path, victim: Victim) -> None:
    subprocess.run(victim.command, cwd=folder, capture_output=True, check=False)


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if "__pycache__" not in path.parts
    }


def _is_whole(path: str, data: bytes) -> bool:
    """Whether a file that was written is all of what it should be."""
    if path.endswith(".ipynb"):
        return bool(json.loads(data)["cells"])
    if path.startswith("recordings/"):
        return len(parse_recording("e.py", data).lines) == 3
    if path in ("README.md", TEMPLATE):
        return b"\nEnd " in data and data.endswith(b"\n") and b"# Version " in data
    return False


# The library


def library() -> Iterator[Path]:
    """Every Python file of the standard library and of the installed packages, in order."""
    for folder in {
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
    }:
        yield from sorted(Path(folder).rglob("*.py"))


def examine(path: Path) -> str:
    """Include the file at `path`; `woven`, or `refused` with the reason. Raises AssertionError where it is not shown
    to the byte, or is another program without its docstring."""
    data = path.read_bytes()
    files = {
        TEMPLATE: b":INCLUDE a.py header=no docstring=keep\n\n- b\n\n  :INCLUDE a.py header=no\n",
        "a.py": data,
    }
    woven = weave(TEMPLATE, Sources(files.__getitem__), Settings(banner=False))
    if woven.errors:
        return f"refused: {woven.errors[0].message[:60]}"
    text = _MARKER.sub("", Source.of_bytes("a.py", data).text.decode())
    page = b"".join(bytes(piece.data) for piece in woven.pieces).decode()
    _require("\0" in text or [text, _without_docstring(text)] == _shown(page), f"{path}: not to the byte")
    return "woven"


def _shown(page: str) -> list[str]:
    """The text of the code blocks that GitHub's Markdown shows, the second of which is to be a program."""
    from html import unescape

    import cmarkgfm

    html = cmarkgfm.github_flavored_markdown_to_html(page)
    blocks = [block.partition("<code>")[2].partition("</code></pre>")[0] for block in html.split("<pre")[1:]]
    return [unescape(block) for block in blocks]


def _without_docstring(text: str) -> str:
    """`text` without the first statement that is only a string and the empty line after it, found with `ast`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            return text  # such as Python 2, where no line looks like a docstring
    for number, node in enumerate(tree.body):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            lines = [line + "\n" for line in text.split("\n")[:-1]]
            first, last = node.lineno - 1, node.end_lineno or node.lineno
            around = [other for other in tree.body if other is not node]
            if any(other.end_lineno == node.lineno or other.lineno == last for other in around):
                return text
            last += last < len(lines) and not lines[last].strip()
            rest = "".join(lines[:first] + lines[last:])
            del tree.body[number]
            _require(ast.dump(ast.parse(rest)) == ast.dump(tree), "another program without its docstring")
            return rest
    return text


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def specification() -> int:
    """The tests of Markdown's constructs with the examples of its specification, from the sources of `commonmark`."""
    with tempfile.TemporaryDirectory() as folder:
        download = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            folder,
        ]
        subprocess.run([*download, "commonmark"], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
        (spec,) = Path(folder).glob("*/spec.txt")
        command = [sys.executable, "-m", "pytest", "-q", "tests/test_markdown_constructs.py"]
        return subprocess.call(command, cwd=ROOT, env=os.environ | {"MARKDOWN_SPEC": str(spec)})


def main() -> int:
    """Run what the command line names; 1 where it found a fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("kills", "library", "specification"))
    parser.add_argument("--count", type=int, default=1_000, help="kills, of all commands together")
    parser.add_argument("--every", type=int, default=1, help="of so many files one")
    arguments = parser.parse_args()
    start = time.monotonic()
    if arguments.what == "specification":
        return specification()
    if arguments.what == "kills":
        for name in VICTIMS:
            changed, unchanged = kill(name, arguments.count // len(VICTIMS))
            print(f"{name}: {changed} kills after something was written, {unchanged} before", flush=True)
    else:
        found: dict[str, int] = {}
        for path in list(library())[:: arguments.every]:
            try:
                outcome = examine(path).partition(":")[0]
            except (AssertionError, LiterateError) as error:
                outcome = "FAULT"
                print(f"{path}: {error}", flush=True)
            found[outcome] = found.get(outcome, 0) + 1
        print(", ".join(f"{count:,} {outcome}" for outcome, count in found.items()))
        if "FAULT" in found:
            return 1
    print(f"{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
