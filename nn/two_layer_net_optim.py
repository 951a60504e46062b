"""The network from torch.nn, trained by an optimiser of torch.optim.

An optimiser is given the parameters once; after that, `step()` changes
them all by its own rule. The rule here is Adam, which scales the step
of each number in each parameter by the size its gradients have had of
late. To try another rule, change the line that makes the optimiser. The
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

# The optimiser keeps a reference to the parameters that it will change.
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

for step in range(STEPS + 1):
    # Forward pass: a Module is called like a function.
    prediction = model(x)  # (N, D_out)
    loss = loss_fn(prediction, y)  # ()
    if step % 50 == 0:
        print(f"step {step}  loss {loss.item():.2e}")

    # Forget the old gradients, compute the new ones, update.
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

worst = (prediction - y).abs().max()
print(f"largest error of a prediction: {worst.item():.2e}, on {device.type}")
