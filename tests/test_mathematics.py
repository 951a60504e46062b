"""The scripts compute what the text says: same gradients, same losses, weights that are shared.

All of it runs the scripts' own text (see `tests.scripts.Execution`), on the CPU, in float64.
"""

import os
from typing import Any

import pytest

from tests.scripts import SETTINGS, Execution, read

for name, value in SETTINGS.items():
    os.environ.setdefault(name, value)  # they are read when the libraries below are imported

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

pytestmark = pytest.mark.frameworks

Arrays = dict[str, Any]

NUMPY = "tensor/two_layer_net_numpy.py"
TENSOR = "tensor/two_layer_net_tensor.py"
AUTOGRAD = "autograd/two_layer_net_autograd.py"
CUSTOM = "autograd/two_layer_net_custom_function.py"
TENSORFLOW = "autograd/tf_two_layer_net.py"


@pytest.fixture(scope="module", params=[1, 2])
def arrays(request: pytest.FixtureRequest) -> Arrays:
    """Data and weights of the scripts' shapes, drawn with a seed that no script uses."""
    rng = np.random.default_rng(request.param)
    shapes = {"x": (64, 1000), "y": (64, 10), "w1": (1000, 100), "w2": (100, 10)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def start(path: str, arrays: Arrays) -> Execution:
    """The script at `path`, just before its loop, with `arrays` in place of what it drew."""
    script = Execution(path)
    for name, array in arrays.items():
        script.names[name] = convert(script.names[name], array)
    return script


def convert(old: Any, array: Any) -> Any:
    """The array as the kind of thing that the script itself had under that name."""
    assert tuple(old.shape) == array.shape
    if isinstance(old, np.ndarray):
        return array.copy()
    if isinstance(old, torch.Tensor):
        return torch.tensor(array, requires_grad=old.requires_grad)
    return type(old)(array) if hasattr(old, "assign") else old * 0 + array


def start_nn(path: str) -> Execution:
    """The script just before its loop, with what it drew itself, moved to the CPU in float64."""
    script = Execution(path)
    for name in ("x", "y", "model"):
        script.names[name] = script.names[name].to("cpu", torch.float64)
    return script


def reference_gradients(arrays: Arrays) -> tuple[Any, Any]:
    """What autograd says of a network written in other words than any script's."""
    x, y, w1, w2 = (torch.tensor(arrays[name]) for name in ("x", "y", "w1", "w2"))

    def loss(w1: Any, w2: Any) -> Any:
        prediction = torch.einsum("nh,ho->no", torch.nn.functional.relu(x.mm(w1)), w2)
        return torch.nn.functional.mse_loss(prediction, y, reduction="sum")

    grad_w1, grad_w2 = torch.func.grad(loss, argnums=(0, 1))(w1, w2)
    return grad_w1.numpy(), grad_w2.numpy()


def manual_losses(path: str, arrays: Arrays) -> list[float]:
    return list(start(path, arrays).losses())


# The five manual versions


@pytest.mark.parametrize("path", [NUMPY, TENSOR])
def test_gradients_by_hand_equal_autograds(path: str, arrays: Arrays) -> None:
    script = start(path, arrays)
    next(script.losses())
    grad_w1, grad_w2 = reference_gradients(arrays)
    np.testing.assert_allclose(np.asarray(script.names["grad_w1"]), grad_w1, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(np.asarray(script.names["grad_w2"]), grad_w2, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("path", [AUTOGRAD, CUSTOM, TENSORFLOW])
def test_gradients_found_for_us_equal_autograds(path: str, arrays: Arrays) -> None:
    """These keep no gradients, but the first update is the gradient times the learning rate."""
    skip_without_its_library(path)
    script = start(path, arrays)
    next(script.losses())
    for name, gradient in zip(("w1", "w2"), reference_gradients(arrays), strict=True):
        weights = script.names[name]
        after = weights.detach().numpy() if isinstance(weights, torch.Tensor) else weights.numpy()
        update = arrays[name] - after
        wanted = script.names["LEARNING_RATE"] * gradient
        np.testing.assert_allclose(update, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("path", [TENSOR, AUTOGRAD, CUSTOM, TENSORFLOW])
def test_losses_equal_numpys_step_by_step(path: str, arrays: Arrays) -> None:
    skip_without_its_library(path)
    expected = manual_losses(NUMPY, arrays)
    assert len(expected) == 301
    np.testing.assert_allclose(manual_losses(path, arrays), expected, rtol=1e-6)


def test_custom_function_passes_gradcheck() -> None:
    relu = Execution(CUSTOM).names["ReLU"]
    hidden = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    assert hidden.abs().min() > 1e-3, "gradcheck must stay clear of the kink at zero"
    assert torch.autograd.gradcheck(relu.apply, hidden)


def test_a_wrong_custom_function_fails_gradcheck() -> None:
    """The check would notice: here the backward pass forgets where the input was negative."""
    relu = Execution(CUSTOM).names["ReLU"]

    class Wrong(relu):  # type: ignore[misc, valid-type]
        @staticmethod
        def backward(ctx: Any, grad_active: Any) -> Any:
            return grad_active

    hidden = torch.tensor([-1.0, 2.0], dtype=torch.float64, requires_grad=True)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(Wrong.apply, hidden)


def test_tensorflow_runs_the_graph_of_one_trace(arrays: Arrays) -> None:
    skip_without_its_library(TENSORFLOW)
    script = start(TENSORFLOW, arrays)
    assert script.names["traces"] == []
    assert len(list(script.losses())) == 301
    assert script.names["traces"] == ["train_step"]
    assert script.names["train_step"].experimental_get_tracing_count() == 1


# The versions built from torch.nn


def test_nn_equals_a_hand_computation() -> None:
    assert_trains_like(start_nn("nn/two_layer_net_nn.py"), gradient_descent)


def test_own_module_equals_a_hand_computation() -> None:
    assert_trains_like(start_nn("nn/two_layer_net_module.py"), gradient_descent)


def test_adam_equals_a_hand_computation() -> None:
    assert_trains_like(start_nn("nn/two_layer_net_optim.py"), adam)


def assert_trains_like(script: Execution, rule: Any) -> None:
    """Train from the model's own weights in numpy, and compare every loss."""
    parameters = [p.detach().numpy().copy() for p in script.names["model"].parameters()]
    x, y = (script.names[name].numpy() for name in ("x", "y"))
    state: list[Any] = [(0.0, 0.0)] * len(parameters)
    expected = []
    losses = list(script.losses())
    for step in range(len(losses)):
        loss, gradients = loss_and_gradients(x, y, *parameters)
        expected.append(loss)
        for i, gradient in enumerate(gradients):
            change, state[i] = rule(gradient, state[i], step + 1)
            parameters[i] -= script.names["LEARNING_RATE"] * change
    np.testing.assert_allclose(losses, expected, rtol=1e-6)


def loss_and_gradients(x: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> tuple[Any, list[Any]]:
    """A Linear keeps its weights as (outputs, inputs), hence the transposes."""
    hidden = x @ w1.T + b1
    active = np.maximum(hidden, 0)
    error = active @ w2.T + b2 - y
    grad_prediction = 2 * error
    grad_hidden = (grad_prediction @ w2) * (hidden > 0)
    by_layer = [(grad_hidden, x), (grad_prediction, active)]
    gradients = [g for out, into in by_layer for g in (out.T @ into, out.sum(axis=0))]
    return (error**2).sum(), gradients


def gradient_descent(gradient: Any, state: Any, step: int) -> tuple[Any, Any]:
    return gradient, state


def adam(gradient: Any, state: Any, step: int) -> tuple[Any, Any]:
    mean = 0.9 * state[0] + 0.1 * gradient
    square = 0.999 * state[1] + 0.001 * gradient**2
    size = np.sqrt(square / (1 - 0.999**step))
    return mean / (1 - 0.9**step) / (size + 1e-8), (mean, square)


def test_sum_of_squares_is_640_times_their_mean() -> None:
    """What the text says about learning rates for a sum and for a mean."""
    script = start_nn("nn/two_layer_net_nn.py")
    prediction = script.names["model"](script.names["x"])
    mean = torch.nn.MSELoss()(prediction, script.names["y"])
    total = script.names["loss_fn"](prediction, script.names["y"])
    assert total.item() / mean.item() == pytest.approx(640)


# What the text says would happen


def without(path: str, *parts: str, instead: str = "") -> Execution:
    """The script at `path` with each of the parts, which must be there once, replaced."""
    text = read(path)
    for part in parts:
        assert text.count(part) == 1
        text = text.replace(part, instead)
    return Execution(path, text)


def test_without_no_grad_the_update_is_an_error() -> None:
    script = without(AUTOGRAD, "with torch.no_grad():", instead="if True:")
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        next(script.losses())


def test_without_forgetting_gradients_the_loss_falls_rises_and_is_lost() -> None:
    losses = list(without(AUTOGRAD, "w1.grad = None", "w2.grad = None").losses())
    lowest = min(losses)
    assert lowest < losses[0] / 10
    assert max(losses[losses.index(lowest) :]) > losses[0]
    assert np.isnan(losses[-1])


def test_with_a_mean_gradient_descent_hardly_moves() -> None:
    losses = list(without("nn/two_layer_net_nn.py", 'reduction="sum"').losses())
    assert losses[-1] > 0.9 * losses[0]


def test_with_a_mean_and_a_larger_rate_gradient_descent_is_the_same() -> None:
    script = without("nn/two_layer_net_nn.py", 'reduction="sum"')
    script.names["LEARNING_RATE"] *= 640
    expected = list(Execution("nn/two_layer_net_nn.py").losses())
    np.testing.assert_allclose(np.multiply(640, list(script.losses())), expected, rtol=1e-6)


def test_adam_does_not_mind_a_mean() -> None:
    mean = list(without("nn/two_layer_net_optim.py", 'reduction="sum"').losses())
    expected = list(Execution("nn/two_layer_net_optim.py").losses())
    np.testing.assert_allclose(np.multiply(640, mean), expected, rtol=1e-2)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("active.T @ grad_prediction", "active @ grad_prediction"),
        ("grad_prediction @ w2.T", "grad_prediction @ w2"),
        ("x.T @ grad_hidden", "x @ grad_hidden"),
    ],
)
def test_without_a_transpose_the_product_cannot_be_formed(right: str, wrong: str) -> None:
    script = without(NUMPY, right, instead=wrong)
    with pytest.raises(ValueError, match="mismatch in its core dimension"):
        next(script.losses())


def test_first_loss_is_what_the_variances_say(arrays: Arrays) -> None:
    first = next(start(NUMPY, arrays).losses())
    assert first == pytest.approx(640 * 50_000, rel=0.3)


# Control flow and weight sharing


def pass_of_depth(depth: int) -> dict[str, Any]:
    """The script's names after a forward and backward pass that happened to draw that depth."""
    names = start_nn("nn/dynamic_net.py").names
    model = names["model"]
    while not model.passes[depth]:
        model.zero_grad()
        names["loss_fn"](model(names["x"]), names["y"]).backward()
    return names


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_shared_gradient_is_the_sum_over_the_uses(depth: int) -> None:
    names = pass_of_depth(depth)
    model, x, y = (names[name] for name in ("model", "x", "y"))
    shared = model.middle_layer.weight
    copies = [shared.detach().clone().requires_grad_() for _ in range(depth)]
    active = model.input_layer(x).clamp(min=0)
    for weight in copies:
        active = (active @ weight.T + model.middle_layer.bias).clamp(min=0)
    ((model.output_layer(active) - y) ** 2).sum().backward()
    torch.testing.assert_close(shared.grad, sum(copy.grad for copy in copies))


def test_without_a_use_the_shared_layer_has_no_gradient() -> None:
    model = pass_of_depth(0)["model"]
    assert model.middle_layer.weight.grad is None
    assert model.middle_layer.bias.grad is None
    assert model.input_layer.weight.grad is not None


def test_a_pass_of_depth_zero_leaves_the_shared_layer_as_it_was() -> None:
    """Momentum included: an optimiser skips parameters whose gradient is None."""
    script = start_nn("nn/dynamic_net.py")
    model = script.names["model"]
    seen = set()
    weights, passes = model.middle_layer.weight.detach().clone(), model.passes.copy()
    for _, _ in zip(range(40), script.losses(), strict=False):
        now = model.middle_layer.weight.detach().clone()
        unused = model.passes[0] > passes[0]
        assert torch.equal(now, weights) == unused
        seen.add(unused)
        weights, passes = now, model.passes.copy()
    assert seen == {True, False}


def test_middle_layer_is_one_set_of_weights() -> None:
    model = start_nn("nn/dynamic_net.py").names["model"]
    assert len(list(model.parameters())) == 6


def skip_without_its_library(path: str) -> None:
    if path == TENSORFLOW:
        pytest.importorskip("tensorflow")
