"""Every script of the tutorial is on the page, trains, and keeps the conventions.

The runs themselves are tested by `README_raw.md`, which pytest collects.
"""

import ast
import math
import re
import subprocess
import sys
import tokenize

import pytest

from tests.project import code_blocks
from tests.scripts import FOLDERS, PATHS, ROOT, TEMPLATE, printed, read

# The last loss is at most this part of the first. Where the depth is drawn, the last loss is too.
BOUNDS = dict.fromkeys(PATHS, 1e-3) | {"nn/dynamic_net.py": 0.1}
MANUAL = [
    "tensor/two_layer_net_tensor.py",
    "autograd/two_layer_net_autograd.py",
    "autograd/two_layer_net_custom_function.py",
]

ALLOWED_IMPORTS = {"math", "numpy", "os", "random", "tensorflow", "torch"}
SEEDS = {
    "numpy": "rng = np.random.default_rng(0)",
    "random": "random.seed(0)",
    "torch": "torch.manual_seed(0)",
}
every_script = pytest.mark.parametrize("path", PATHS)


# As the page shows them


def test_every_script_on_the_page_is_tested() -> None:
    """What README.md shows of a script stands under a comment that names it; pytest collects a run of each."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = {match for block in code_blocks(page) for match in re.findall(r"^# Code in file (.*)\n", block)}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", TEMPLATE]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    collected = set(re.findall(r"^README_raw\.md::(.*)::run$", result.stdout, re.MULTILINE))
    assert shown == collected == set(PATHS)
    assert len(PATHS) == 9


def test_nothing_is_kept_that_no_page_shows() -> None:
    command = [sys.executable, "build_readme.py", "coverage", "--fail"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


# As a program; that it still prints what was recorded, `README_raw.md` tests


@every_script
def test_trains_without_a_warning(path: str) -> None:
    assert printed(path).stderr == []
    steps = [step for step, _ in printed(path).series]
    losses = [loss for _, loss in printed(path).series]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert len(losses) >= 5
    assert all(map(math.isfinite, losses))
    assert losses[-1] <= BOUNDS[path] * losses[0]


@every_script
def test_last_loss_is_above_rounding_noise(path: str) -> None:
    """Even the float32 of an accelerator resolves what the script prints last."""
    _, last = printed(path).series[-1]
    assert last > 1e-4


@every_script
def test_prints_a_few_lines_and_a_closing_one(path: str) -> None:
    result = printed(path)
    assert len(result.lines) == len(result.series) + 1 <= 8
    assert all(len(line) <= 79 for line in result.lines)
    assert not result.lines[-1].startswith("step")


def test_manual_versions_in_torch_print_the_same() -> None:
    first, *others = [printed(path).lines for path in MANUAL]
    assert others == [first, first]


def test_tensorflow_prints_the_losses_of_numpy() -> None:
    numpy, tensorflow = map(printed, ("tensor/two_layer_net_numpy.py", "autograd/tf_two_layer_net.py"))
    assert tensorflow.series == numpy.series


def test_own_module_prints_the_losses_of_nn() -> None:
    nn, module = (printed(f"nn/two_layer_net_{name}.py") for name in ("nn", "module"))
    assert module.series == nn.series


def test_tensorflow_traces_once() -> None:
    closing = printed("autograd/tf_two_layer_net.py").lines[-1]
    assert closing == "calls of train_step: 301, traces: 1"


def test_dynamic_net_draws_every_depth() -> None:
    closing = printed("nn/dynamic_net.py").lines[-1]
    passes = [int(count) for count in re.findall(r"\d+", closing.split(": ")[1])]
    assert len(passes) == 4
    assert min(passes) > 0
    assert sum(passes) == 301


# As a text


@every_script
def test_begins_with_its_docstring(path: str) -> None:
    tree = ast.parse(read(path))
    docstring = ast.get_docstring(tree)
    assert docstring is not None
    title, blank, *text = docstring.split("\n")
    assert title.endswith(".")
    assert blank == ""
    assert 3 <= len(re.findall(r"[.?](?:\s|$)", "\n".join(text))) <= 8
    assert "loss after k updates" in " ".join(text)


@every_script
def test_is_short_and_narrow(path: str) -> None:
    lines = read(path).split("\n")
    assert lines[-1] == ""
    assert 40 <= len(lines) - 1 <= 80
    assert max(map(len, lines)) <= 79
    comments = [line for line in lines if line.lstrip().startswith("#")]
    assert max(map(len, comments)) <= 72
    assert all(line == line.rstrip() and "\t" not in line for line in lines)


@every_script
def test_imports_only_what_readers_have(path: str) -> None:
    assert imports(path) <= ALLOWED_IMPORTS


@every_script
def test_is_seeded_right_after_the_imports(path: str) -> None:
    body = [ast.unparse(node) for node in ast.parse(read(path)).body]
    last = max(i for i, text in enumerate(body) if text.startswith(("import ", "from ")))
    wanted = [SEEDS[name] for name in sorted(imports(path)) if name in SEEDS]
    assert sorted(body[last + 1 : last + 1 + len(wanted)]) == sorted(wanted)


@every_script
def test_is_a_straight_line(path: str) -> None:
    """No `main`, no arguments, no files, no clock: one training loop and one result line."""
    tree = ast.parse(read(path))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"open", "input", "__name__", "__file__", "exec", "eval"}
    loop, closing = tree.body[-3:-1] if "worst" in names else tree.body[-2:]
    assert isinstance(loop, ast.For)
    assert isinstance(closing, (ast.Assign, ast.Expr))
    assert ast.unparse(tree.body[-1]).startswith("print(")


@every_script
def test_comments_are_sentences_and_shapes(path: str) -> None:
    for text in comment_paragraphs(path):
        assert text[0].isupper(), text
        assert text.endswith((".", ":")), text


@every_script
def test_has_no_commented_out_code(path: str) -> None:
    for text in comment_paragraphs(path):
        with pytest.raises(SyntaxError):
            ast.parse(text)


@every_script
def test_shapes_are_noted_behind_the_lines(path: str) -> None:
    trailing = [text for text, is_trailing in comments(path) if is_trailing]
    shapes = [text for text in trailing if re.fullmatch(r"\((?:\w+(?:, \w+)*)?\)", text)]
    assert len(shapes) >= 4
    assert all(text.endswith(".") for text in trailing if text not in shapes)


def test_example_folders_hold_scripts_alone() -> None:
    found = [path for folder in FOLDERS for path in (ROOT / folder).iterdir()]
    strays = [path.name for path in found if path.suffix != ".py" and path.name != "__pycache__"]
    assert strays == []


def imports(path: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(read(path))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not any(isinstance(node, ast.ImportFrom) for node in nodes)
    return {name.split(".")[0] for name in plain}


def comments(path: str) -> list[tuple[str, bool]]:
    """Each comment without its `#`, and whether it stands behind code."""
    lines = iter(read(path).splitlines(keepends=True))
    tokens = tokenize.generate_tokens(lambda: next(lines, ""))
    found = [token for token in tokens if token.type == tokenize.COMMENT]
    return [(token.string[1:].strip(), token.line.strip()[0] != "#") for token in found]


def comment_paragraphs(path: str) -> list[str]:
    """The comments on lines of their own, those on successive lines joined."""
    groups = re.findall(r"(?m)(?:^[ ]*#.*\n)+", read(path))
    return [" ".join(line.strip()[1:].strip() for line in group.splitlines()) for group in groups]
