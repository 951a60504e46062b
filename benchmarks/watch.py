"""How long `build-readme watch` takes from the save of a source to the page, on a copy of this tutorial.

python benchmarks/watch.py                     prose, a script's comment, one example rerun: median of 50 each
python benchmarks/watch.py --saves 10 --example nn/dynamic_net.py
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TUTORIAL = ["README_raw.md", "README.md", "nine_ways.md.j2", "pyproject.toml", "requirements.txt"]
FOLDERS = ["tensor", "autograd", "nn", "recordings"]
LONGEST = 120.0  # seconds to wait for a page


def copy_tutorial(folder: Path) -> None:
    """A copy of what the page is woven from, with the other files that it links to."""
    for name in TUTORIAL:
        shutil.copy(ROOT / name, folder / name)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)


def wait_for(page: Path, mark: str, watch: "subprocess.Popen[bytes]") -> float:
    """When the page holds `mark`."""
    end = time.monotonic() + LONGEST
    before = None
    while time.monotonic() < end and watch.poll() is None:
        status = page.stat()
        if (status.st_ino, status.st_mtime_ns) != before:
            before = (status.st_ino, status.st_mtime_ns)
            if mark in page.read_text(encoding="utf-8"):
                return time.monotonic()
        time.sleep(0.001)
    sys.exit(f"the page never held {mark!r}; see what the watch says")


def times(folder: Path, path: str, line: str, saves: int, *options: str) -> list[float]:
    """The seconds from a save of `path`, with `line` and a number behind its text, to the page."""
    source = folder / path
    text = source.read_text(encoding="utf-8")
    command = [sys.executable, str(ROOT / "build_readme.py"), "watch", *options]
    with open(folder / "watch.log", "ab") as log:
        watch = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log)
        assert watch.stdout
        watch.stdout.readline()  # the page is woven, and it watches
        os.set_blocking(watch.stdout.fileno(), False)
        try:
            seconds = []
            for number in range(saves + 1):
                time.sleep(0.05)
                start = time.monotonic()
                source.write_text(f"{text}{line.format(number)}\n", encoding="utf-8")
                seconds.append(wait_for(folder / "README.md", line.format(number), watch) - start)
                watch.stdout.read()
            return seconds[1:]  # the first imports what the others use
        finally:
            watch.terminate()  # as Ctrl-C does, and also where this runs in the background
            watch.wait(20)
            source.write_text(text, encoding="utf-8")


def show(what: str, seconds: list[float]) -> None:
    """A line of a table: median, slowest and how many."""
    median, slowest = statistics.median(seconds), max(seconds)
    figures = f"median {median * 1000:7.1f} ms   slowest {slowest * 1000:7.1f} ms"
    print(f"{what:55} {figures}   of {len(seconds)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--saves", type=int, default=50)
    parser.add_argument("--example", default="tensor/two_layer_net_numpy.py")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy_tutorial(folder)
        show("prose of the template", times(folder, "README_raw.md", "\nSaved {} times.", options.saves))
        show("a comment of a script", times(folder, options.example, "# saved {} times", options.saves))
        what = f"with --record, {options.example} rerun"
        show(what, times(folder, options.example, "saved = {}", options.saves, "--record"))


if __name__ == "__main__":
    main()
