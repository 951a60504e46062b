"""action.yml, dry: its steps run here as GitHub would run them, and annotations land on the right lines."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from tests.package import run_tool
from tests.project import ROOT, TEMPLATE, write

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = [step for step in ACTION["runs"]["steps"] if "run" in step]
EXPRESSION = re.compile(r"\$\{\{ *([a-z_.-]+) *\}\}")
BANNER = "<!-- Woven from README_raw.md by `build-readme`. Edit that file, not this one. -->\n\n"


def evaluated(text: str, given: Mapping[str, str], action: Path) -> str:
    """`text` with GitHub's expressions evaluated: the inputs, `given` or by default, and the action's own folder."""

    def value(match: re.Match[str]) -> str:
        context, _, name = match[1].partition(".")
        if (context, name) == ("github", "action_path"):
            return str(action)
        assert context == "inputs", match[0]
        return given.get(name, ACTION["inputs"][name]["default"])

    return EXPRESSION.sub(value, text)


def run_step(
    step: Mapping[str, object], checkout: Path, given: Mapping[str, str], action: Path, path: str
) -> CompletedProcess[str]:
    """A step as GitHub runs it: by `bash --noprofile --norc -eo pipefail`, in its folder below the checkout."""
    assert step["shell"] == "bash"
    script = str(step["run"])
    assert not EXPRESSION.search(script), "what was put in must not become code"
    own = {key: evaluated(value, given, action) for key, value in dict(step.get("env", {})).items()}  # type: ignore[call-overload]
    folder = checkout / evaluated(str(step.get("working-directory", ".")), given, action)
    github = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(checkout), "PATH": path}
    words = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
    return run_tool(folder, *words, **own, **github)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """PATH with an empty environment in front, as setup-python leaves it."""
    folder = tmp_path_factory.mktemp("python")
    assert run_tool(folder, sys.executable, "-m", "virtualenv", "-q", ".").returncode == 0
    return f"{folder / 'bin'}:/usr/bin:/bin"


@pytest.fixture(scope="module")
def ready(package_index: None, path: str, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """PATH after the step that installs; that of this action, whose folder is where the wheel was built."""
    result = run_step(STEPS[0], tmp_path_factory.mktemp("checkout"), {}, wheel.parents[1], path)
    assert result.returncode == 0, result.stderr
    assert re.search(r"Successfully installed .*jinja2-\S+ .*literate-readme-", result.stdout)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a project in a folder of it: one page is stale, and one template is wrong."""
    files = {TEMPLATE: "# T\n\n```python\n:INCLUDE src/a.py\n```\n", "src/a.py": "x = 1\ny = 3\n"}
    files |= {"README.md": BANNER + "# T\n\n```python\n# Code in file src/a.py\nx = 1\ny = 2\n```\n"}
    files |= {"docs/README_raw.md": "a\n\n> :INCLUDE ../src/b.py\n", "pyproject.toml": "[tool.literate]\n"}
    write(tmp_path / "project", files)
    return tmp_path


def annotations(result: CompletedProcess[str]) -> list[tuple[str, str]]:
    """Kind and place of each annotation."""
    found = re.findall(r"^::(error|notice) (\S*?)::", result.stdout, re.MULTILINE)
    return [(kind, place) for kind, place in found]


def test_annotations_land_on_the_lines_of_the_sources(checkout: Path, ready: str, wheel: Path) -> None:
    given = {"working-directory": "project"}
    result = run_step(STEPS[1], checkout, given, wheel.parents[1], ready)
    assert result.returncode == 3
    assert annotations(result) == [
        ("error", "file=project/README.md,line=8,col=5"),
        ("notice", "file=project/src/a.py,line=2"),
        ("error", "file=project/docs/README_raw.md,line=3,col=12"),
    ]
    page = (checkout / "project/README.md").read_text().split("\n")
    assert (page[7], page[7][4]) == ("y = 2", "2")
    assert (checkout / "project/src/a.py").read_text().split("\n")[1] == "y = 3"


def test_a_command_with_options(checkout: Path, ready: str, wheel: Path) -> None:
    given = {"working-directory": "project", "command": "build README_raw.md"}
    result = run_step(STEPS[1], checkout, given, wheel.parents[1], ready)
    assert (result.returncode, result.stdout, result.stderr) == (0, "README.md: written\n", "")
    given["command"] = "check README_raw.md"
    assert run_step(STEPS[1], checkout, given, wheel.parents[1], ready).returncode == 0


def test_what_is_put_in_is_no_code(checkout: Path, ready: str, wheel: Path) -> None:
    given = {"working-directory": "project", "command": "check $(touch pwned) ; touch pwned"}
    result = run_step(STEPS[1], checkout, given, wheel.parents[1], ready)
    assert result.returncode == 2
    assert not (checkout / "project/pwned").exists()


def test_the_inputs_are_used_and_described() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert {name for name in ACTION["inputs"] if f"inputs.{name}" not in text} == set()
    assert [name for name, one in ACTION["inputs"].items() if set(one) != {"description", "default"}] == []
    uses = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert [use for use in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", use)] == []
