"""A network that draws its depth anew at each forward pass.

Between its input and its output layer it applies one middle layer no,
one, two or three times: a Python loop of random length. Autograd builds
the graph of each pass as it runs, so nothing more is needed. However
often the middle layer is used, it has one set of weights, and their
gradient is the sum over the uses. The loss printed at step k is the
loss after k updates, at the depth drawn for that pass.
"""

import random

import torch

random.seed(0)
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


class DynamicNet(torch.nn.Module):
    """Three Linear layers, the middle one used 0 to 3 times a pass."""

    def __init__(self, D_in, H, D_out):
        super().__init__()
        self.input_layer = torch.nn.Linear(D_in, H)
        self.middle_layer = torch.nn.Linear(H, H)
        self.output_layer = torch.nn.Linear(H, D_out)
        self.passes = [0, 0, 0, 0]  # How often each depth was drawn.

    def forward(self, x):
        depth = random.randint(0, 3)
        self.passes[depth] += 1
        active = self.input_layer(x).relu()  # (N, H)
        # Each turn of the loop uses the same layer, the same weights.
        for _ in range(depth):
            active = self.middle_layer(active).relu()  # (N, H)
        return self.output_layer(active)  # (N, D_out)


# The data is noise: all that can be learned is this very batch.
x = torch.randn(N, D_in, device=device, dtype=dtype)  # (N, D_in)
y = torch.randn(N, D_out, device=device, dtype=dtype)  # (N, D_out)

model = DynamicNet(D_in, H, D_out).to(device, dtype)
loss_fn = torch.nn.MSELoss(reduction="sum")

# Every pass trains another depth; momentum evens the updates out.
optimizer = torch.optim.SGD(
    model.parameters(), lr=LEARNING_RATE, momentum=0.9
)

for step in range(STEPS + 1):
    prediction = model(x)  # (N, D_out)
    loss = loss_fn(prediction, y)  # ()
    if step % 50 == 0:
        print(f"step {step}  loss {loss.item():.2e}")

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(f"passes with the middle layer used 0 to 3 times: {model.passes}")
