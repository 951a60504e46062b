"""What is published: a wheel that installs alone, weaves at once, and holds nothing but the tool."""

import sys
import tarfile
import tomllib
from email.parser import Parser
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest

import literate
from tests.package import run_tool
from tests.project import ROOT, TEMPLATE, write

EXTRAS = ["cluster", "html", "notebooks", "plots", "values", "watch"]
PAGE = "<!-- Woven from README_raw.md by `build-readme`. Edit that file, not this one. -->\n\n{}\n"


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment with nothing in it but pip and the wheel, installed without any index."""
    folder = tmp_path_factory.mktemp("environment")
    for words in (
        ("virtualenv", "-q", "."),
        ("pip", "--python", ".", "install", "-q", "--no-index", str(wheel)),
    ):
        result = run_tool(folder, sys.executable, "-m", *words)
        assert result.returncode == 0, result.stderr
    return folder / "bin"


def build_readme(environment: Path, folder: Path, *words: str) -> CompletedProcess[str]:
    return run_tool(folder, str(environment / "build-readme"), *words, PYTHONPATH="", PYTHONSAFEPATH="1")


def test_the_wheel_holds_the_tool_alone(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"literate", f"literate_readme-{literate.__version__}.dist-info"}
    assert {"literate/py.typed", "literate/commands/build.py"} <= set(names)
    left = [name for name in names if "/." in name or "/test" in name or name.endswith(".pyc")]
    assert left == []
    assert wheel.stat().st_size < 500_000


def test_the_source_distribution_holds_what_it_takes_to_build(wheel: Path) -> None:
    [source] = wheel.parent.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    outside = {name for name in names if not name.startswith("literate/")}
    assert outside == {"LICENSE", "PKG-INFO", "pyproject.toml"}


def test_the_version_stands_in_one_place(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [path] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        metadata = Parser().parsestr(archive.read(path).decode())
    assert metadata["Version"] == literate.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert ("version" in project, project["dynamic"]) == (False, ["version"])
    assert metadata.get_all("Provides-Extra") == EXTRAS
    needed = metadata.get_all("Requires-Dist", [])
    assert [line for line in needed if "extra ==" not in line] == []


def test_the_index_page_is_about_the_package(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [path] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        text = Parser().parsestr(archive.read(path).decode()).get_payload()
    assert "pip install literate-readme" in text
    assert "torch" not in text


def test_an_empty_environment_holds_nothing_else(environment: Path) -> None:
    result = run_tool(
        environment, str(environment / "python"), "-m", "pip", "list", "--format=freeze", "--exclude=pip"
    )
    names = {line.split("==")[0] for line in result.stdout.split()} - {
        "setuptools"
    }  # Python 3.11 has it, too
    assert names == {"literate-readme"}


def test_help_and_version(environment: Path, tmp_path: Path) -> None:
    result = build_readme(environment, tmp_path, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("usage: build-readme [COMMAND] [OPTION ...] [PATH ...]\n")
    assert build_readme(environment, tmp_path, "--version").stdout == f"build-readme {literate.__version__}\n"


def test_a_fresh_folder_weaves(environment: Path, tmp_path: Path) -> None:
    write(tmp_path, {TEMPLATE: ":INCLUDE a.py#f\n", "a.py": "import os\n\n\ndef f():\n    return 1\n"})
    result = build_readme(environment, tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "README.md: written\n", "")
    woven = "```python\ndef f():\n    return 1\n```"
    assert (tmp_path / "README.md").read_text() == PAGE.format(woven)
    assert build_readme(environment, tmp_path, "check").returncode == 0


def test_a_folder_that_init_began_weaves(environment: Path, tmp_path: Path) -> None:
    write(tmp_path, {"hello.py": "print('hello')\n"})
    assert build_readme(environment, tmp_path, "init").returncode == 0
    assert build_readme(environment, tmp_path).stdout == "README.md: written\n"


@pytest.mark.parametrize(
    ("template", "command", "extra"),
    [
        (":CLAIM a.py loss.last < loss.first\n", "check", "values"),
        (":RENDER a.md.j2\n", "build", "values"),
        ("{{ 1 }}\n", "build", "values"),
        (":PLOT a.py\n", "record", "plots"),
        ("a\n", "watch", "watch"),
        ("a\n", "export html", "html"),
        ("a\n", "export notebooks", "notebooks"),
    ],
    ids=["a claim", "a template", "a value", "a plot", "watch", "html", "notebooks"],
)
def test_a_feature_without_its_package_names_the_extra(
    template: str, command: str, extra: str, environment: Path, tmp_path: Path
) -> None:
    write(
        tmp_path, {TEMPLATE: template, "a.md.j2": "x\n", "pyproject.toml": "[tool.literate]\nvalues = true\n"}
    )
    write(tmp_path, {"a.py": "print('step 0 loss 2.0')\nprint('step 1 loss 1.0')\n"})
    if "a.py" in template:
        drawn = template.replace(":PLOT", ":OUTPUT").partition(" loss")[0].replace(":CLAIM", ":OUTPUT")
        write(tmp_path, {TEMPLATE: f"{drawn.strip()}\n"})
        assert build_readme(environment, tmp_path, "record").returncode == 0
        write(tmp_path, {TEMPLATE: template})
    result = build_readme(environment, tmp_path, *command.split())
    assert f"pip install 'literate-readme[{extra}]'" in result.stderr
    assert (result.returncode, "Traceback" in result.stderr) == (3, False)
