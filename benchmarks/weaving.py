"""How fast pages are woven and checked, against the floor and against the peers: `python benchmarks/weaving.py`.

Whole processes by the wall clock, medians of pairs with the floor. `--quick` shows in seconds that it runs.
"""

import argparse

from measuring import Measured, say_quick, show, show_targets, time_of
from peers import PEERS, Peer
from workshop import Workshop, copied, workshop

NAMES = ("S", "M", "L")
WITH_DOCSTRINGS = ("Sd", "Md", "Ld")
BUILD, AGAIN, CHECK = "build, all changed", "build, nothing changed", "check"
# At most so many times the floor.
TARGETS = {
    BUILD: {"S": 2.5, "M": 1.3, "L": 1.2, "Sd": 2.5, "Md": 2.0, "Ld": 2.0},
    CHECK: {"S": 2.5, "M": 1.2, "L": 1.1, "Sd": 2.5, "Md": 2.0, "Ld": 2.0},
}
TUTORIAL = 150 / 13  # times a bare interpreter

Rows = dict[str, dict[str, Measured]]  # by tool and workload


def measure_ours(shop: Workshop) -> Rows:
    rows: Rows = {
        "the floor": {},
        "cat of the pieces": {},
        "the ancestor's way": {},
        BUILD: {},
        AGAIN: {},
        CHECK: {},
    }
    for name in (*NAMES, *WITH_DOCSTRINGS):
        shop.generate(name)
        rows["the floor"][name] = shop.splice(name)
        rows["cat of the pieces"][name] = shop.cat(name)
        rows["the ancestor's way"][name] = shop.ancestor(name)
        for what, measured in shop.ours(name).items():
            rows[what][name] = measured
    rows["a bare interpreter"] = {"S": shop.bare()}
    return rows


def measure_peer(shop: Workshop, peer: Peer, rows: Rows) -> None:
    """The peer's build and, where it has one, its check; not what is larger than what it was too slow for."""
    rows[peer.name] = {}
    checks = rows.setdefault(f"{peer.name}, check", {}) if peer.check else {}
    for name in NAMES:
        page, template = f"page.{peer.dialect}.md", f"{peer.dialect}.md"
        command = peer.command(peer.build, page, template)
        build = copied(command, template, page) if peer.rewrites else command
        rows[peer.name][name] = shop.measure(name, build, page, peer.dialect)
        if rows[peer.name][name].fault:
            return
        if peer.check:
            checks[name] = shop.measure(name, peer.command(peer.check, page, template))


def cell(measured: Measured | None) -> str:
    if measured is None:
        return ""
    return measured.fault or f"{time_of(measured.seconds)} x{measured.ratio:.2f}"


def table(rows: Rows, names: tuple[str, ...]) -> None:
    shown = [["", *names]]
    shown += [[tool, *(cell(found.get(name)) for name in names)] for tool, found in rows.items()]
    show(shown)


def targets(rows: Rows, peers: Rows, tutorial: Measured) -> list[tuple[str, str, bool]]:
    made = []
    for what, by_name in TARGETS.items():
        for name, most in by_name.items():
            found = rows[what][name]
            figures = found.fault or f"x{found.ratio:.2f} of the floor, at most x{most}"
            made.append((f"{what}, {name}", figures, not found.fault and found.ratio <= most))
    for name in NAMES:
        checks = {
            tool: found[name] for tool, found in peers.items() if tool.endswith(", check") and name in found
        }
        checks = {tool: one for tool, one in checks.items() if not one.fault}
        if checks:
            tool, best = min(checks.items(), key=lambda item: item[1].ratio)
            ours = rows[CHECK][name]
            figures = f"x{ours.ratio:.2f} of the floor, {tool} x{best.ratio:.2f}"
            made.append(
                (f"check, {name}, ahead of every peer's", figures, not ours.fault and ours.ratio < best.ratio)
            )
    figures = tutorial.fault or (
        f"{time_of(tutorial.seconds)}, x{tutorial.ratio:.1f} of a bare interpreter, at most x{TUTORIAL:.1f}"
    )
    made.append(("check of this tutorial", figures, not tutorial.fault and tutorial.ratio <= TUTORIAL))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small workloads, one pair each")
    parser.add_argument(
        "--without-peers", action="store_true", help="only the floor, cat, the ancestor and ours"
    )
    options = parser.parse_args()
    say_quick(options.quick)
    peers: Rows = {}
    missing = []
    with workshop(options.quick) as shop:
        rows = measure_ours(shop)
        for peer in PEERS:
            if peer.installed and not options.without_peers:
                measure_peer(shop, peer, peers)
            else:
                missing.append(peer.name.rstrip("*"))
        tutorial = shop.check_of_tutorial()
    show_targets(targets(rows, peers, tutorial))
    table(rows, NAMES)
    print("with docstrings, which `cat` and the floor show and the others leave out:\n")
    table({tool: found for tool, found in rows.items() if "Sd" in found}, WITH_DOCSTRINGS)
    if peers:
        print(f'the peers; * only its step that includes; "too slow" is over {shop.limit:g} s:\n')
        table(peers, NAMES)
    if missing:
        print(f"not compared with: {', '.join(missing)}")


if __name__ == "__main__":
    main()
