"""How long recording this tutorial's examples takes on two cores: `python benchmarks/recording.py`.

From nothing, against max(the longest, half of their sum); with nothing changed; and sphinx-gallery with the same
scripts and both cores. `--quick` takes one script once.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measuring import COMMAND, ROOT, Run, run, say_quick, show, show_targets, time_of
from peers import GALLERY

CORES = 2
MOST = 1.1  # times what two cores take at least
SCRIPTS = [
    "tensor/two_layer_net_numpy.py",
    "tensor/two_layer_net_tensor.py",
    "autograd/two_layer_net_autograd.py",
    "autograd/two_layer_net_custom_function.py",
    "autograd/tf_two_layer_net.py",
    "nn/two_layer_net_module.py",
    "nn/two_layer_net_nn.py",
    "nn/two_layer_net_optim.py",
    "nn/dynamic_net.py",
]
LIBRARIES = ("OMP", "OPENBLAS", "MKL", "VECLIB", "NUMEXPR")
# One thread a script, as `record` has it: two scripts with two threads each fight for the two cores, and take longer.
THREADS = {f"{library}_NUM_THREADS": "1" for library in LIBRARIES} | {
    "TF_CPP_MIN_LOG_LEVEL": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}
CONF = f"""\
project = "Examples"
extensions = ["sphinx_gallery.gen_gallery"]
sphinx_gallery_conf = {{
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\\.py$",
    "abort_on_example_error": True,
    "parallel": {CORES},
}}
"""
TITLE = "Examples\n========\n"


class Recorded:
    """A project with the scripts, and a page that shows what each prints."""

    def __init__(self, folder: Path, scripts: list[str]) -> None:
        self.folder = folder
        for path in scripts:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        shown = "".join(f"\n:INCLUDE {path}\n\n:OUTPUT {path}\n" for path in scripts)
        (folder / "README_raw.md").write_text(f"# Examples\n{shown}", encoding="utf-8")

    def clear(self) -> None:
        shutil.rmtree(self.folder / "recordings", ignore_errors=True)

    def record(self) -> Run:
        return run([sys.executable, COMMAND, "record", "--jobs", str(CORES)], self.folder)

    def build(self) -> Run:
        return run([sys.executable, COMMAND], self.folder)

    def seconds(self) -> list[float]:
        """How long each script ran when it was recorded."""
        paths = (self.folder / "recordings").rglob("*.json")
        return [json.loads(path.read_text(encoding="utf-8"))["seconds"] for path in paths]


class Gallery:
    """The same scripts as sphinx-gallery wants them."""

    def __init__(self, folder: Path, scripts: list[str]) -> None:
        self.folder = folder
        (folder / "examples").mkdir(parents=True)
        for path in scripts:
            shutil.copy(ROOT / path, folder / "examples")
        (folder / "examples/GALLERY_HEADER.rst").write_text(TITLE)
        (folder / "index.rst").write_text(f"{TITLE}\n.. toctree::\n\n   gallery/index\n")
        (folder / "conf.py").write_text(CONF)

    def clear(self) -> None:
        for name in ("gallery", "built"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def build(self) -> Run:
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-j", str(CORES), ".", "built"]
        return run(command, self.folder, PYTHONPATH=str(GALLERY), **THREADS)


def good(result: Run, what: str) -> float:
    """The seconds of a run; the benchmark ends where it failed."""
    if result.status != 0:
        sys.exit(f"{what}: exit status {result.status}: {result.said}")
    return result.seconds


def alone(scripts: list[str]) -> list[float]:
    """How long each script takes with the machine to itself."""
    return [good(run([sys.executable, str(ROOT / path)], ROOT, **THREADS), path) for path in scripts]


def at_least(seconds: list[float]) -> float:
    """What two cores take for scripts that take so many `seconds`."""
    return max(*seconds, sum(seconds) / CORES, 0.0)


def compare(folder: Path, scripts: list[str], rounds: int, has_gallery: bool) -> dict[str, list[float]]:
    """The seconds of each, round by round, ours and theirs in turn."""
    ours, theirs = Recorded(folder / "ours", scripts), Gallery(folder / "theirs", scripts)
    found: dict[str, list[float]] = {}

    def note(what: str, measured: Callable[[], Run]) -> None:
        found.setdefault(what, []).append(good(measured(), what))

    for _ in range(rounds):
        ours.clear()
        note("record, from nothing", ours.record)
        found.setdefault("bound", []).append(at_least(ours.seconds()))
        note("build, from nothing", ours.build)
        if has_gallery:
            theirs.clear()
            note("sphinx-gallery, from nothing", theirs.build)
        for _ in range(3):
            note("record, nothing changed", ours.record)
            note("build, nothing changed", ours.build)
            if has_gallery:
                note("sphinx-gallery, nothing changed", theirs.build)
    return found


def report(found: dict[str, list[float]], single: list[float]) -> None:
    median = {what: statistics.median(seconds) for what, seconds in found.items()}
    rows = [["", "median", "worst"]]
    for what, seconds in found.items():
        if what != "bound":
            rows.append([what, time_of(median[what]), time_of(max(seconds))])
    rows.append(["each alone: the longest", time_of(max(single)), ""])
    rows.append(["each alone: half of the sum", time_of(sum(single) / CORES), ""])
    show(rows)
    of_runs = statistics.median(
        ours / bound for ours, bound in zip(found["record, from nothing"], found["bound"], strict=True)
    )
    of_alone = median["record, from nothing"] / at_least(single)
    wanted = f"at most x{MOST}"
    made = [
        (
            "record, from nothing, of max(longest, sum/2) of its own runs",
            f"x{of_runs:.2f}, {wanted}",
            of_runs <= MOST,
        ),
        ("the same of each script alone", f"x{of_alone:.2f}, {wanted}", of_alone <= MOST),
    ]
    for state in ("from nothing", "nothing changed"):
        ours = median[f"record, {state}"] + median[f"build, {state}"]
        theirs = median.get(f"sphinx-gallery, {state}")
        if theirs is not None:
            figures = f"{time_of(ours)}, sphinx-gallery {time_of(theirs)}, x{theirs / ours:.1f} as long"
            made.append((f"record and build, {state}, ahead of sphinx-gallery", figures, ours < theirs))
    show_targets(made)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one script, one round")
    parser.add_argument("--without-peers", action="store_true", help="only ours")
    options = parser.parse_args()
    quick = options.quick
    say_quick(quick)
    has_gallery = not options.without_peers and (GALLERY / "installed").exists()
    if hasattr(os, "sched_setaffinity"):  # also where there are more
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    scripts = SCRIPTS[:1] if quick else SCRIPTS
    with tempfile.TemporaryDirectory() as folder:
        report(compare(Path(folder), scripts, 1 if quick else 3, has_gallery), alone(scripts))
    if not has_gallery:
        print("not compared with: sphinx-gallery")


if __name__ == "__main__":
    main()
