"""Where an example ran, and what it printed without the paths of that machine."""

import os
import platform
import sys
from collections.abc import Iterable
from importlib import metadata
from typing import NamedTuple

from literate.requirements import normalised


class Machine(NamedTuple):
    """Where an example ran: the device, the version of Python and of each package; the `worker` of a cluster."""

    device: str
    packages: dict[str, str]
    python: str
    worker: str = ""

    @property
    def named_worker(self) -> str:
        """The name that someone gave the worker. One without has an address for a name, which is nobody's business."""
        return "unnamed" if "://" in self.worker else self.worker


def this_machine(packages: Iterable[str]) -> Machine:
    """The machine we are on, as an example sees it that imports `packages`."""
    return Machine(_device(), _versions(set(packages)), ".".join(map(str, sys.version_info[:3])))


def portable(lines: list[str], root: str, folder: str) -> list[str]:
    """`lines` without the paths of this machine: the project's `root`, the `folder` it ran in, and Python's."""
    return [_portable(line, root, folder) for line in lines]


def _portable(line: str, root: str, folder: str) -> str:
    for path, name in ((root + os.sep, ""), (folder + os.sep, ""), (sys.prefix + os.sep, "python/")):
        line = line.replace(path, name)
    return line


def _device() -> str:
    """Where examples run here. CUDA's own variable hides a device from them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES") not in ("", "-1")
    kind = "cuda" if visible and os.path.exists("/dev/nvidia0") else "cpu"
    return f"{kind}, {platform.machine()} {platform.system()}"


def _versions(packages: set[str]) -> dict[str, str]:
    """The version of each distribution that `packages` are imported from, by its normalised name."""
    wanted = packages - sys.stdlib_module_names
    if not wanted:
        return {}
    distributions = metadata.packages_distributions()
    names = {name for package in wanted for name in distributions.get(package, [])}
    return {normalised(name): metadata.version(name) for name in sorted(names)}
