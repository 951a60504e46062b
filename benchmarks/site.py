"""How light and how fast the page of this project is in a browser: `python benchmarks/site.py [RUNS]`.

Weighs what a visit loads, without the pictures, and times the first paint of a fresh Chromium profile from a file,
with the processor as it is and slowed down four times, as a phone's is: median and worst of RUNS (30).
"""

import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import chromium  # noqa: E402
from tests.project import write  # noqa: E402
from tests.test_site import site_of_this_project  # noqa: E402

LOADED = ("index.html", "literate.css", "literate.js")
TIMES = """new Promise((done) => {
    const result = { shift: 0 };
    new PerformanceObserver((list) => { for (const one of list.getEntries()) result.shift += one.value; })
        .observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => { result.largest = list.getEntries().at(-1).startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    const wait = () => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        if (!paint || !result.largest) return setTimeout(wait, 10);
        result.first = paint.startTime;
        result.loaded = performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;
        setTimeout(() => done(result), 200);
    };
    wait();
})"""
SHOWN = {"first": "first paint", "largest": "largest paint", "loaded": "ready"}


def main(runs: int) -> None:
    files = site_of_this_project()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        write(Path(folder), files)
        for name in LOADED:
            print(f"{name:14} {len(files[name]) / 1000:6.1f} kB")
        print(f"{'in all':14} {sum(len(files[name]) for name in LOADED) / 1000:6.1f} kB")
        for width, slower in ((1280, 1), (390, 4)):
            measure(browser, (Path(folder) / "index.html").as_uri(), width, slower, runs)


def measure(browser, address: str, width: int, slower: int, runs: int) -> None:
    found = []
    for _ in range(runs):
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(address)
        found.append(page.evaluate(TIMES))
        context.close()
    print(f"\n{width} pixels wide, processor {slower} times slower, {runs} runs")
    for key, name in SHOWN.items():
        times = [one[key] for one in found]
        print(f"{name:14} median {statistics.median(times):6.0f} ms, worst {max(times):6.0f} ms")
    print(f"layout shift   worst {max(one['shift'] for one in found):.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
