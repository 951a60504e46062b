"""What keeps the package easy to change. (import-linter, in `make lint`, checks which module imports which.)"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import ROOT

PACKAGE = ROOT / "literate"
MODULES = sorted(PACKAGE.rglob("*.py"))
OUTSIDE = {
    "glob",
    "os",
    "pathlib",
    "random",
    "shutil",
    "signal",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "time",
}
each_module = pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix()
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def functions(module: Path) -> list[Function]:
    return [node for node in ast.walk(tree(module)) if isinstance(node, Function)]


def parameters(function: Function) -> list[ast.arg]:
    found = function.args
    rest = [one for one in (found.vararg, found.kwarg) if one]
    return [*found.posonlyargs, *found.args, *found.kwonlyargs, *rest]


@each_module
def test_is_short(module: Path) -> None:
    lines = module.read_text(encoding="utf-8").count("\n")
    assert lines <= 300


@each_module
def test_functions_are_short(module: Path) -> None:
    lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions(module)}
    assert [name for name, length in lengths.items() if length > 40] == []


@each_module
def test_functions_are_annotated(module: Path) -> None:
    for function in functions(module):
        unannotated = [one.arg for one in parameters(function) if one.annotation is None]
        assert set(unannotated) <= {"self", "cls"}, function.name
        assert function.returns is not None, function.name


@each_module
def test_what_is_public_says_what_it_is(module: Path) -> None:
    assert ast.get_docstring(tree(module))
    assert [node.name for node in public(tree(module).body) if not ast.get_docstring(node)] == []


def public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """The classes and functions in `body`, and those in its classes, that have public names."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def imported(module: Path) -> set[str]:
    """The modules that `module` imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def reached_from(*names: str) -> list[Path]:
    """The modules of ours that those of the `names` import, directly or not, and they themselves."""
    found: set[Path] = set()
    pending = [f"literate.{name}" for name in names]
    while pending:
        module = ROOT / (pending.pop().replace(".", "/") + ".py")
        if module not in found:
            found.add(module)
            pending += [name for name in imported(module) if name.startswith("literate.")]
    return sorted(found)


PURE = [
    module
    for module in reached_from("weave", "pin", "report", "settings", "shards")
    if module.stem != "bounds"  # which ends what takes too long, and so needs the clock
]


@pytest.mark.parametrize("module", PURE, ids=lambda path: path.stem)
def test_weaving_knows_no_files_processes_clock_and_environment(module: Path) -> None:
    names = {node.id for node in ast.walk(tree(module)) if isinstance(node, ast.Name)}
    assert {name.partition(".")[0] for name in imported(module)} & OUTSIDE == set()
    assert names & {"open", "input", "print", "exec", "eval", "__import__"} == set()


def test_the_package_needs_no_package() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "\ndependencies = []\n" in text
