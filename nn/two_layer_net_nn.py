"""The network built from the Modules of torch.nn.

A Module computes its output from its input and holds the weights that
it needs for that; `Sequential` chains Modules. Every `Linear` also has
a bias, and starts from small weights. The loss function is a Module as
well, told to sum the squared errors rather than to average them. The
loss printed at step k is the loss after k updates.
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
LEARNING_RATE = 1e-4

# The data is noise: all that can be learned is this very batch.
x = torch.randn(N, D_in, device=device, dtype=dtype)  # (N, D_in)
y = torch.randn(N, D_out, device=device, dtype=dtype)  # (N, D_out)

# Each Linear makes its own weights and draws their first values.
model = torch.nn.Sequential(
    torch.nn.Linear(D_in, H),
    torch.nn.ReLU(),
    torch.nn.Linear(H, D_out),
).to(device, dtype)
loss_fn = torch.nn.MSELoss(reduction="sum")

for step in range(STEPS + 1):
    # Forward pass: a Module is called like a function.
    prediction = model(x)  # (N, D_out)
    loss = loss_fn(prediction, y)  # ()
    if step % 50 == 0:
        print(f"step {step}  loss {loss.item():.2e}")

    # Backward pass: parameters are Tensors that autograd follows.
    model.zero_grad()
    loss.backward()

    # Gradient descent, for as many parameters as the model has.
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= LEARNING_RATE * parameter.grad

worst = (prediction - y).abs().max()
print(f"largest error of a prediction: {worst.item():.2e}, on {device.type}")
