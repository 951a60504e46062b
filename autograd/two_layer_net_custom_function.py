"""The same network, with a ReLU that we teach to autograd ourselves.

A subclass of `torch.autograd.Function` is a new operation for autograd:
it says how to compute the output, what to remember of the inputs, and
how to turn the gradient for the output into one for the input. Here it
is the ReLU, so that it can be compared with the version before, whose
losses it repeats. The loss printed at step k is the loss after k updates.
"""

import torch

torch.manual_seed(0)

# Use the accelerator that this machine has, or else its CPU.
device = torch.accelerator.current_accelerator(check_available=True)
device = device or torch.device("cpu")
# Some accelerators have no float64; CPUs and CUDA devices do.
dtype = torch.float64 if device.type in ("cpu", "cuda") else torch.float32

# N: batch size; D_in: input size; H: hidden size; D_out: output size.
N, D_in, H, D_out = 64, 1000, 100, 10
STEPS = 300
LEARNING_RATE = 1e-6


class ReLU(torch.autograd.Function):
    """max(hidden, 0), number by number, and its gradient."""

    @staticmethod
    def forward(hidden):
        return hidden.clamp(min=0)

    # The ctx of a call keeps what the backward of that call will need.
    @staticmethod
    def setup_context(ctx, inputs, output):
        (hidden,) = inputs
        ctx.save_for_backward(hidden)

    @staticmethod
    def backward(ctx, grad_active):
        (hidden,) = ctx.saved_tensors
        return grad_active * (hidden > 0)


# The data is noise: all that can be learned is this very batch.
x = torch.randn(N, D_in, device=device, dtype=dtype)  # (N, D_in)
y = torch.randn(N, D_out, device=device, dtype=dtype)  # (N, D_out)

# Autograd is to follow the weights, and only them.
w1 = torch.randn(D_in, H, device=device, dtype=dtype)  # (D_in, H)
w1.requires_grad_()
w2 = torch.randn(H, D_out, device=device, dtype=dtype)  # (H, D_out)
w2.requires_grad_()

for step in range(STEPS + 1):
    # Forward pass: the class is never instantiated, apply() calls it.
    hidden = x @ w1  # (N, H)
    active = ReLU.apply(hidden)  # (N, H)
    prediction = active @ w2  # (N, D_out)

    # The loss is one number: the sum of all squared errors.
    error = prediction - y  # (N, D_out)
    loss = (error**2).sum()  # ()
    if step % 50 == 0:
        print(f"step {step}  loss {loss.item():.2e}")

    # Backward pass: on its way autograd calls ReLU.backward.
    loss.backward()

    with torch.no_grad():
        w1 -= LEARNING_RATE * w1.grad
        w2 -= LEARNING_RATE * w2.grad
    w1.grad = None
    w2.grad = None

worst = error.abs().max()
print(f"largest error of a prediction: {worst.item():.2e}, on {device.type}")
