"""How long `build-readme preview` takes from the save of a source to the screen, on a copy of this tutorial.

    python benchmarks/preview.py                  prose, a heading, a comment of a script: median of 30 each
    python benchmarks/preview.py --saves 10

The clock runs from before the file is opened for writing until Chromium, driven by Playwright, has drawn a frame
with the new text.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from watch import ROOT, copy_tutorial

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAIT = """(mark) => {
    window.seen = new Promise((done) => {
        const look = () => {
            if (!document.querySelector("main").textContent.includes(mark)) return;
            watching.disconnect();
            // After a frame has been drawn, the next task comes.
            requestAnimationFrame(() => setTimeout(() => done(performance.timeOrigin + performance.now())));
        };
        const watching = new MutationObserver(look);
        watching.observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
        look();
    });
}"""


@contextmanager
def preview(folder: Path) -> Iterator[str]:
    """The address of a preview of the project in `folder`."""
    command = [sys.executable, str(ROOT / "build_readme.py"), "preview"]
    with open(folder / "preview.log", "wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout
            yield process.stdout.readline().removeprefix("preview: ").strip()
        finally:
            process.terminate()
            process.wait(20)


def times(folder: Path, page: Any, path: str, before: str, after: str, saves: int) -> list[float]:
    """The milliseconds from a save of `path`, in which `before` is now `after` and a number, to the screen."""
    source = folder / path
    text = source.read_text(encoding="utf-8")
    if before not in text:
        sys.exit(f"{path} holds no {before!r}")
    found = []
    for number in range(saves + 1):
        mark = f"{after} {number}."
        page.evaluate(WAIT, mark)
        time.sleep(0.1)
        start = time.time() * 1000
        source.write_text(text.replace(before, mark, 1), encoding="utf-8")
        found.append(page.evaluate("window.seen") - start)
    source.write_text(text, encoding="utf-8")
    return found[1:]  # the first imports what the others use


def show(what: str, found: list[float]) -> None:
    ordered = sorted(found)
    nine_tenths = ordered[int(0.9 * (len(ordered) - 1))]
    print(
        f"{what:30} median {statistics.median(found):6.1f} ms   90 % in {nine_tenths:6.1f} ms   "
        f"slowest {ordered[-1]:6.1f} ms   of {len(found)}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--saves", type=int, default=30)
    saves = parser.parse_args().saves
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        copy_tutorial(folder)
        started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = started.new_page(viewport={"width": 1280, "height": 900})
        with preview(folder) as address:
            page.goto(address)
            page.wait_for_selector('[data-state="good"] .preview-said')
            template, script = "README_raw.md", "nn/two_layer_net_optim.py"
            show("prose", times(folder, page, template, "It is an evening's read.", "An evening", saves))
            show("a heading", times(folder, page, template, "PyTorch: optim", "PyTorch: optim", saves))
            show("a comment of a script", times(folder, page, script, "# ", "# Saved", saves))
        started.close()


if __name__ == "__main__":
    main()
