"""The manual: each of its examples is a file below tests/data/manual, and is run here; its tables are the code's.

`make golden` rewrites what the examples weave and print, and the tables; read the diff before you commit it.
"""

import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from literate.directives import NAMES
from literate.model import ExampleSettings, Settings
from literate.recordings import VIEW_NAMES
from literate.settings import _EXAMPLE_READERS, _READERS, _RUN_KEYS, parse_settings
from tests.manual import DATA, TABLES, copy_case, transcript
from tests.package import run_tool
from tests.project import ROOT, TEMPLATE, errors_of, run, write

MANUAL = ROOT / "literate/README_raw.md"
TEXT = MANUAL.read_text(encoding="utf-8")
SESSIONS = sorted(DATA.glob("*/*.txt"))
WOVEN = [DATA / "code", DATA / "results"]
SPANS = re.compile(r"(?<!`)(`+)(?!`) ?((?:(?!`).)+?) ?\1(?!`)")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


def hold(path: Path, text: str, update: bool) -> None:
    """Whether `path` holds `text`, which is written where golden files are."""
    if update:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def build_and_check(folder: Path) -> None:
    for command in ("build", "check"):
        result = run_tool(folder, sys.executable, str(ROOT / "build_readme.py"), command)
        assert (result.returncode, result.stderr) == (0, "")


# Examples


def test_every_example_is_a_file() -> None:
    """In the manual's template no fence has a line of its own: each shows a file, or a part of one."""
    fences = re.findall(r"^```\w+\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert len(fences) >= 15
    assert [fence for fence in fences if not re.fullmatch(r":INCLUDE \S+( header=no)?\n", fence)] == []


def test_every_example_is_shown() -> None:
    """But for what only the tests need."""
    targets = set(re.findall(r":INCLUDE /tests/data/manual/(\S+)", TEXT))
    assert [path for path in targets if not (DATA / path).is_file()] == []
    ours = [*SESSIONS, *(DATA / "tables").iterdir(), *(DATA / "places").glob("*.yml")]
    assert {path.relative_to(DATA).as_posix() for path in ours} <= targets | {"places/mkdocs.yml"}


@pytest.mark.parametrize("session", SESSIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_session(session: Path, update: bool, tmp_path: Path) -> None:
    """The commands, typed in the folder of the case, print what the manual says."""
    folder = copy_case(session.parent.name, tmp_path / "project")
    if session.parent in WOVEN:
        build_and_check(folder)
    hold(session, transcript(session.read_text(encoding="utf-8"), folder), update)


@pytest.mark.parametrize("case", WOVEN, ids=lambda path: path.name)
def test_page(case: Path, update: bool, tmp_path: Path) -> None:
    """The template weaves the page that the manual shows beside it, and the recordings and claims hold."""
    folder = copy_case(case.name, tmp_path / "project")
    build_and_check(folder)
    hold(case / "README.md", (folder / "README.md").read_text(encoding="utf-8"), update)


def directives() -> list[str]:
    """Each directive that stands in the prose and tables of the manual, in a code span, with its arguments."""
    spans = [span for _, span in SPANS.findall(re.sub(r"^```.*?^```$", "", TEXT, flags=re.DOTALL | re.M))]
    known = tuple(f":{name} " for name in NAMES)
    return [":TOC", *sorted({span for span in spans if span.startswith(known)})]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that those directives name: of all cases that are about directives."""
    folder = tmp_path_factory.mktemp("files")
    for case in (DATA / "first", *WOVEN):
        shutil.copytree(case, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.md", "*.txt"))
    return folder


def test_there_are_directives_in_the_prose() -> None:
    assert len(directives()) >= 12


@pytest.mark.parametrize("directive", directives())
def test_directive_in_the_prose(directive: str, files: Path) -> None:
    """It weaves, and what it claims holds."""
    write(files, {TEMPLATE: f"## A\n\n{directive}\n\n", "README.md": ""})
    build_and_check(files)
    assert directive not in (files / "README.md").read_text(encoding="utf-8")


def test_the_part_is_one() -> None:
    """Comments of regions reach no page, so what shows them is a copy."""
    part, whole = (
        (DATA / "code" / name).read_text(encoding="utf-8") for name in ("region.part", "shapes.py")
    )
    assert part in whole


# Tables


@pytest.mark.parametrize("name", TABLES)
def test_table(name: str, update: bool) -> None:
    hold(DATA / f"tables/{name}.md", TABLES[name](), update)


def options_in_manual() -> dict[str, list[str]]:
    """The options of each directive, by the rows `| :NAME | option=... |` of the manual's table."""
    found: dict[str, list[str]] = {}
    for name, option in re.findall(r"^\| `:(\w+)` \| `(\w+)=", TEXT, re.MULTILINE):
        found.setdefault(name, []).append(option)
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if name != "CLAIM"])
def test_options_of_a_directive(name: str) -> None:
    """The manual has those that a directive names when it is given another one. A claim ends in an expression."""
    [error] = errors_of(f":{name} a.py b.py zz=1\n", a_py="x = 1\n", b_py="x = 2\n")
    known = error.rpartition("the options are: ")[2].split(", ")
    assert sorted(options_in_manual().get(name, ["none"])) == sorted(known)


def test_settings() -> None:
    """Each setting is in the manual's pyproject.toml, with its default, and so is each of an example."""
    text = (DATA / "settings/pyproject.toml").read_text(encoding="utf-8")
    parsed, plain = parse_settings(text.encode()), Settings()
    default = {name: getattr(plain, name) for name in Settings.__slots__ if name != "example"}
    assert {name: shown(getattr(parsed, name)) for name in default} == {
        name: shown(value) for name, value in default.items()
    }
    every = tomllib.loads(text.replace("\n# ", "\n"))["tool"]["literate"]
    assert sorted(every) == sorted([*_READERS, *_RUN_KEYS, "example"])
    assert [sorted(own) for own in every["example"].values()] == [sorted(_EXAMPLE_READERS)]
    parse_settings(text.replace("\n# ", "\n").encode())


def shown(value: object) -> object:
    if isinstance(value, ExampleSettings):
        return {name: getattr(value, name) for name in ExampleSettings.__slots__}
    return value


def test_extras() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    [sentence] = re.findall(r"comes as an extra, (.*?)\n\n", TEXT, re.DOTALL)
    assert sorted(set(re.findall(r"`(\w+)`", sentence))) == sorted(extras)


def test_names_of_expressions() -> None:
    assert [name for name in (*VIEW_NAMES, "example", "agree") if not re.search(rf"`{name}[`(]", TEXT)] == []


def test_exit_statuses() -> None:
    """Each class of errors has its status in the manual."""
    from literate import errors

    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    statuses = set(re.findall(r"^\| (\d) \|", TEXT, re.MULTILINE))
    assert statuses == {"0", *(str(one.exit_code) for one in classes)}


# Where people work


def test_pre_commit_accepts_its_settings() -> None:
    path = DATA / "places/pre-commit-config.yaml"
    result = run_tool(ROOT, "pre-commit", "validate-config", str(path))
    assert (result.returncode, result.stdout) == (0, "")
    [repo] = yaml.safe_load(path.read_text())["repos"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert {hook["id"] for hook in repo["hooks"]} <= {hook["id"] for hook in hooks}


def test_the_workflow_uses_the_action_as_it_is() -> None:
    workflow = yaml.safe_load((DATA / "places/workflow.yml").read_text())
    *_, step = workflow["jobs"]["readme"]["steps"]
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert step["with"].keys() <= action["inputs"].keys()


def test_mkdocs_builds_the_site(installed: Path, tmp_path: Path) -> None:
    folder = copy_case("places", tmp_path / "project")
    write(folder, {"pyproject.toml": "[tool.literate]\n"})
    result = run_tool(folder, "mkdocs", "build", "-q", PYTHONPATH=str(installed))
    assert (result.returncode, result.stderr) == (0, "")
    assert "# Code in file hello.py" in (folder / "site/index.html").read_text(encoding="utf-8")


def test_the_makefile_of_a_graph(tmp_path: Path) -> None:
    folder = copy_case("first", tmp_path / "project")
    assert run(folder, "graph", "--make").stdout.startswith("README.md:")


# The page


def test_is_short_and_fresh() -> None:
    page = (ROOT / "literate/README.md").read_text(encoding="utf-8")
    assert page.count("\n") < 600
    result = run_tool(ROOT, sys.executable, "build_readme.py", "check", "literate")
    assert (result.returncode, result.stdout, result.stderr) == (0, "literate/README.md: fresh\n", "")


def test_is_found_from_the_first_page() -> None:
    for name in (TEMPLATE, "CONTRIBUTING.md"):
        assert "(literate/README.md)" in (ROOT / name).read_text(encoding="utf-8")


def test_its_template_is_not_published(wheel: Path) -> None:
    """In a folder of packages inside a stranger's project it would be taken for one of that project's own."""
    from zipfile import ZipFile

    with ZipFile(wheel) as archive:
        assert [name for name in archive.namelist() if name.endswith(TEMPLATE)] == []
