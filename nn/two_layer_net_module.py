"""The network as a Module of our own.

A subclass of `torch.nn.Module` makes its layers in `__init__` and says
in `forward` how they are used; anything that Python can do may happen
there. What is assigned to `self` is registered, so that `parameters()`
finds every weight. The layers draw the same first weights as in the
script that introduced torch.nn, and plain gradient descent repeats its
losses. The loss printed at step k is the loss after k updates.
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


class TwoLayerNet(torch.nn.Module):
    """Two Linear layers with a ReLU between them."""

    def __init__(self, D_in, H, D_out):
        super().__init__()
        self.input_layer = torch.nn.Linear(D_in, H)
        self.output_layer = torch.nn.Linear(H, D_out)

    def forward(self, x):
        active = self.input_layer(x).relu()  # (N, H)
        return self.output_layer(active)  # (N, D_out)


# The data is noise: all that can be learned is this very batch.
x = torch.randn(N, D_in, device=device, dtype=dtype)  # (N, D_in)
y = torch.randn(N, D_out, device=device, dtype=dtype)  # (N, D_out)

# Our Module is used just like the ones that torch.nn brings.
model = TwoLayerNet(D_in, H, D_out).to(device, dtype)
loss_fn = torch.nn.MSELoss(reduction="sum")

# SGD, given the whole batch at once, is plain gradient descent.
optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

for step in range(STEPS + 1):
    # Calling the model calls forward.
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
