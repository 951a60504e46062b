"""A stranger's repository: ten files of three published packages, shown by lines, regions and symbols.

    python benchmarks/stranger.py

Downloads the source distributions from the package index, builds the wheel of this package, installs it into an
empty environment and weaves a template there: nothing but `build-readme` is needed. Then every fence of the page is
compared with the file it comes from, by other means than ours. Nothing of theirs is kept.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PACKAGES = ("flask==3.1.3", "tqdm==4.70.1", "jupytext==1.19.6")
NOTEBOOKS = "jupytext/tests/data/notebooks/outputs/ipynb_to_script_vscode_folding_markers"
TARGETS = (
    "flask/examples/tutorial/flaskr/db.py#get_db",
    "flask/examples/tutorial/flaskr/auth.py#login_required",
    "flask/examples/tutorial/flaskr/schema.sql",
    "flask/examples/tutorial/flaskr/templates/base.html#L1-L8",
    "flask/examples/celery/src/task_app/__init__.py#celery_init_app.FlaskTask",
    "tqdm/examples/tqdm_wget.py#TqdmUpTo.update_to",
    "tqdm/examples/coroutine_pipe.py#L44-L56",
    "tqdm/examples/redirect_print.py#std_out_err_redirect_tqdm",
    f'{NOTEBOOKS}/Notebook with html and latex cells.py#language="html"',
    f"{NOTEBOOKS}/Line_breaks_in_LateX_305.py#[markdown]",
)


def run(folder: Path, *command: str) -> str:
    result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if result.returncode:
        sys.exit(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    return result.stdout


def unpack(requirement: str, folder: Path) -> None:
    """Download the source distribution, and unpack it under the package's own name."""
    name = requirement.partition("==")[0]
    run(folder, sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name, requirement)
    [archive] = folder.glob(f"{name}-*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    archive.unlink()
    next(folder.glob(f"{name}-*")).rename(folder / name)


def install(folder: Path) -> str:
    """An environment with our wheel and pip in it, and nothing else; the command."""
    run(HERE, sys.executable, "-m", "build", "--outdir", str(folder))
    [wheel] = folder.glob("*.whl")
    run(folder, sys.executable, "-m", "venv", ".")
    python = str(folder / "bin/python")
    run(folder, python, "-m", "pip", "install", "-q", "--no-index", str(wheel))
    listed = run(folder, python, "-m", "pip", "list", "--format=freeze")
    print(f"wheel: {wheel.stat().st_size:,} bytes; the environment holds {', '.join(listed.split())}")
    return str(folder / "bin/build-readme")


def is_part(shown: list[str], source: list[str]) -> bool:
    """Whether `shown` is some successive lines of `source`, less an indent that all of them have."""
    for start in range(len(source) - len(shown) + 1):
        pairs = list(zip(shown, source[start : start + len(shown)], strict=True))
        margins = {theirs[: len(theirs) - len(ours)] for ours, theirs in pairs if ours}
        if len(margins) == 1 and not margins.pop().strip() and all(b.endswith(a) for a, b in pairs):
            return True
    return False


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "project").mkdir()
        (folder / "environment").mkdir()
        for requirement in PACKAGES:
            unpack(requirement, folder / "project")
        command = install(folder / "environment")
        quoted = (f"'{target}'" if set(target) & set(" \"'") else target for target in TARGETS)
        template = "# Ten files\n\n:TOC\n" + "".join(f"\n## File\n\n:INCLUDE {target}\n" for target in quoted)
        project = folder / "project"
        (project / "README_raw.md").write_text(template)
        start = time.perf_counter()
        print(run(project, command).strip(), f"in {1000 * (time.perf_counter() - start):.0f} ms")
        print(run(project, command, "check").strip())
        page = (project / "README.md").read_text()
        blocks = re.findall(r"^(`{3,})\w*\n(.*?)^\1$", page, re.MULTILINE | re.DOTALL)
        for target, (_, block) in zip(TARGETS, blocks, strict=True):
            path = target.partition("#")[0]
            shown = [line for line in block.split("\n")[:-1] if not line.endswith(f"Code in file {path}")]
            source = (project / path).read_text().split("\n")
            verdict = "as it is" if is_part(shown, source) else "NOT AS IT IS"
            print(f"{verdict}: {len(shown):3} of {len(source) - 1:3} lines  {target}")


if __name__ == "__main__":
    main()
