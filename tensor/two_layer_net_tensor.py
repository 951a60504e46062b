"""The same network by hand, with PyTorch Tensors in place of arrays.

A Tensor does what a numpy array does, and it can also live on a GPU or
another accelerator. The `device` argument says where a Tensor is made;
what is computed from it stays there. The backward pass is still written
by hand: so far PyTorch is only an array library. The loss printed at
step k is the loss after k updates.
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

w1 = torch.randn(D_in, H, device=device, dtype=dtype)  # (D_in, H)
w2 = torch.randn(H, D_out, device=device, dtype=dtype)  # (H, D_out)

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

    # Backward pass: the chain rule, from the loss back to the weights.
    # Each gradient has the shape of the Tensor it belongs to.
    grad_prediction = 2 * error  # (N, D_out)
    grad_w2 = active.T @ grad_prediction  # (H, D_out)
    grad_active = grad_prediction @ w2.T  # (N, H)
    grad_hidden = grad_active * (hidden > 0)  # (N, H)
    grad_w1 = x.T @ grad_hidden  # (D_in, H)

    # Gradient descent: one small step against the gradient.
    w1 -= LEARNING_RATE * grad_w1
    w2 -= LEARNING_RATE * grad_w2

worst = error.abs().max()
print(f"largest error of a prediction: {worst.item():.2e}, on {device.type}")
