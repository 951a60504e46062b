"""How cost grows: 1,000, 10,000 and 100,000 includes, and pages of 100 MB: `python benchmarks/scaling.py`.

Whole processes by the wall clock, medians of pairs with the floor. `--quick` shows in seconds that it runs.
"""

import argparse

from measuring import say_quick, show, show_targets, time_of
from workshop import Workshop, workshop

COUNTS = ("1k", "10k", "100k")
BUILD, AGAIN, CHECK = "build, all changed", "build, nothing changed", "check"
HUGE = ("XLp", "XLf")
MOST_MEMORY = 3  # times the page
MOST_GROWTH = 1.2  # of the cost of an include, from 10,000 to 100,000


def growth(shop: Workshop, start_up: float) -> list[tuple[str, str, bool]]:
    """Print what an include costs, `start_up` taken off; what that was to be."""
    found = {}
    for name in COUNTS:
        shop.generate(name)
        found[name] = {"the floor": shop.splice(name), **shop.ours(name)}
    counts = [shop.includes(name) for name in COUNTS]
    rows = [["", *(f"{count:,}" for count in counts)]]
    made = []
    for what in ("the floor", BUILD, AGAIN, CHECK):
        row = [found[name][what] for name in COUNTS]
        each = [(one.seconds - start_up) / count for one, count in zip(row, counts, strict=True)]
        cells = [
            f"{time_of(one.seconds)}, {1e6 * cost:.1f} us each" for one, cost in zip(row, each, strict=True)
        ]
        faults = [one.fault for one in row]
        rows.append([what, *(fault or cell for fault, cell in zip(faults, cells, strict=True))])
        if what != "the floor":
            figures = f"an include costs x{each[2] / each[1]:.2f} of that at a tenth, at most x{MOST_GROWTH}"
            met = not any(faults) and each[2] <= MOST_GROWTH * each[1]
            made.append((f"{what}, {counts[2]:,} includes", "".join(faults) or figures, met))
    show(rows)
    return made


def memory(shop: Workshop) -> list[tuple[str, str, bool]]:
    """Print time and peak memory for pages of 100 MB; what the memory was to be."""
    rows = [["", *(f"{name}, time" for name in HUGE), *(f"{name}, peak memory" for name in HUGE)]]
    found = {}
    for name in HUGE:
        shop.generate(name)
        found[name] = {"the floor": shop.splice(name), **shop.ours(name)}
    made = []
    for what in ("the floor", BUILD, AGAIN, CHECK):
        row = [found[name][what] for name in HUGE]
        times = [one.fault or f"{time_of(one.seconds)} x{one.ratio:.2f}" for one in row]
        pages = [one.peak / shop.page_size(name) for one, name in zip(row, HUGE, strict=True)]
        rows.append([what, *times, *(f"{times_page:.2f} pages" for times_page in pages)])
        if what != "the floor":
            for name, one, times_page in zip(HUGE, row, pages, strict=True):
                figures = one.fault or f"{times_page:.2f} times the page, at most {MOST_MEMORY}"
                made.append((f"{what}, memory, {name}", figures, not one.fault and times_page <= MOST_MEMORY))
    show(rows)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a hundredth of the sizes, one pair each")
    quick = parser.parse_args().quick
    say_quick(quick)
    with workshop(quick) as shop:
        shop.generate("S")
        made = growth(shop, shop.bare().seconds)
        show_targets([*made, *memory(shop)])


if __name__ == "__main__":
    main()
