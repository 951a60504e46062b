"""The peers: tools that splice files into Markdown and can be installed by name.

    python benchmarks/peers.py      installs them below build/peers, each into an environment of its own

Those that cannot be installed are left out; the tables say so. Nothing here is needed to weave or to test.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass

from measuring import ROOT

HOME = ROOT / "build/peers"
STEP = str(ROOT / "benchmarks/peer_steps.py")
GALLERY = HOME / "gallery"  # a folder for PYTHONPATH: sphinx-gallery needs what the examples import beside it
GALLERY_PACKAGES = ("sphinx-gallery==0.22.1", "sphinx==9.0.4", "joblib==1.6.0", "matplotlib")


@dataclass(frozen=True)
class Peer:
    """A tool, the package that has it, and its words: {page} is what it works on or writes, {template} its source.

    It rewrites the page where `build` names no template.
    """

    name: str
    dialect: str
    packages: tuple[str, ...]
    build: tuple[str, ...]
    check: tuple[str, ...] = ()
    node: bool = False

    @property
    def rewrites(self) -> bool:
        return "{template}" not in self.build

    def command(self, words: tuple[str, ...], page: str, template: str) -> list[str]:
        tool, *others = (word.format(page=page, template=template) for word in words)
        folder = "node_modules/.bin" if self.node else "bin"
        return [str(HOME / self.dialect / folder / tool), *others]

    @property
    def installed(self) -> bool:
        return (HOME / self.dialect / "installed").exists()


def _step(name: str) -> tuple[str, ...]:
    return ("python", STEP, name, "{template}", "{page}")


PEERS = (
    Peer("cog", "cog", ("cogapp==3.6.0",), ("cog", "-r", "{page}"), ("cog", "--check", "{page}")),
    Peer(
        "snippets of pymdown-extensions*",
        "snippets",
        ("markdown==3.11.3", "pymdown-extensions==13.1"),
        _step("snippets"),
    ),
    Peer(
        "markdown-include*",
        "markdown-include",
        ("markdown==3.11.3", "markdown-include==0.8.1"),
        _step("markdown-include"),
    ),
    Peer(
        "mkdocs-include-markdown-plugin*",
        "include-markdown",
        ("mkdocs==1.6.1", "mkdocs-include-markdown-plugin==7.3.0"),
        _step("include-markdown"),
    ),
    Peer(
        "markdown-code-runner",
        "code-runner",
        ("markdown-code-runner==2.7.0",),
        ("markdown-code-runner", "{page}"),
    ),
    Peer(
        "embedme (Node)",
        "embedme",
        ("embedme@1.22.1",),
        ("embedme", "--silent", "{page}"),
        ("embedme", "--silent", "--verify", "{page}"),
        node=True,
    ),
    Peer(
        "markdown-magic (Node)",
        "magic",
        ("markdown-magic@4.11.0",),
        ("mdm", "{page}"),
        ("mdm", "{page}", "--dry"),
        node=True,
    ),
)


def install(peer: Peer) -> None:
    """Install `peer`, pip itself left out of its environment. Raises CalledProcessError, or OSError without npm."""
    folder = HOME / peer.dialect
    shutil.rmtree(folder, ignore_errors=True)
    if peer.node:
        folder.mkdir(parents=True)
        words = ["npm", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "install"]
        subprocess.run([*words, *peer.packages], cwd=folder, check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        _pip("--python", str(folder / "bin/python"), "install", *peer.packages)
    (folder / "installed").touch()


def install_gallery() -> None:
    """Install sphinx-gallery into a folder for PYTHONPATH. Raises CalledProcessError."""
    shutil.rmtree(GALLERY, ignore_errors=True)
    _pip("install", "--target", str(GALLERY), *GALLERY_PACKAGES)
    (GALLERY / "installed").touch()


def _pip(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True
    )


def main() -> None:
    for peer in PEERS:
        _try(peer.name.rstrip("*"), peer.installed, lambda peer=peer: install(peer))
    _try("sphinx-gallery", (GALLERY / "installed").exists(), install_gallery)


def _try(name: str, installed: bool, install: object) -> None:
    try:
        if not installed:
            install()
        print(f"{name}: installed", flush=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name}: not installed: {error}", flush=True)


if __name__ == "__main__":
    main()
