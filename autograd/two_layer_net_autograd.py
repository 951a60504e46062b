"""The same network, with the backward pass left to autograd.

Once `requires_grad_()` is called on the weights, every operation that
uses them adds a node to a graph while the forward pass runs. From that
graph `loss.backward()` computes the gradient of the loss for each
weight and adds it to the weight's `.grad`. The random numbers are those
of the version by hand, and so are the losses. The loss printed at step
k is the loss after k updates.
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

# The data is noise: all that can be learned is this very batch.
x = torch.randn(N, D_in, device=device, dtype=dtype)  # (N, D_in)
y = torch.randn(N, D_out, device=device, dtype=dtype)  # (N, D_out)

# Autograd is to follow the weights, and only them: nobody asks for the
# gradient of the data.
w1 = torch.randn(D_in, H, device=device, dtype=dtype)  # (D_in, H)
w1.requires_grad_()
w2 = torch.randn(H, D_out, device=device, dtype=dtype)  # (H, D_out)
w2.requires_grad_()

for step in range(STEPS + 1):
    # Forward pass: two products of matrices, with a ReLU between them.
    hidden = x @ w1  # (N, H)
    active = hidden.relu()  # (N, H)
    prediction = active @ w2  # (N, D_out)

    # The loss is one number: the sum of all squared errors.
    error = prediction - y  # (N, D_out)
    loss = (error**2).sum()  # ()
    if step % 50 == 0:
        print(f"step {step}  loss {loss.item():.2e}")

    # Backward pass: autograd walks the graph from the loss back to the
    # weights and leaves the gradients in w1.grad and w2.grad.
    loss.backward()

    # Gradient descent: one small step against the gradient. The update
    # is no part of the network, so autograd must not follow it.
    with torch.no_grad():
        w1 -= LEARNING_RATE * w1.grad
        w2 -= LEARNING_RATE * w2.grad

    # The next backward() adds to .grad, so these gradients have to go.
    w1.grad = None
    w2.grad = None

worst = error.abs().max()
print(f"largest error of a prediction: {worst.item():.2e}, on {device.type}")
