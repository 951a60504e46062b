"""A two-layer network in numpy, with the gradients worked out by hand.

The network has one hidden layer with a ReLU and no biases. Gradient
descent fits it to random data by lowering the sum of squared errors.
numpy knows nothing of networks or gradients, so the forward pass, the
backward pass and the update are all written out here. The loss printed
at step k is the loss after k updates.
"""

import numpy as np

rng = np.random.default_rng(0)

# N: batch size; D_in: input size; H: hidden size; D_out: output size.
N, D_in, H, D_out = 64, 1000, 100, 10
STEPS = 300
LEARNING_RATE = 1e-6

# The data is noise: all that can be learned is this very batch.
x = rng.standard_normal((N, D_in))  # (N, D_in)
y = rng.standard_normal((N, D_out))  # (N, D_out)

w1 = rng.standard_normal((D_in, H))  # (D_in, H)
w2 = rng.standard_normal((H, D_out))  # (H, D_out)

for step in range(STEPS + 1):
    # Forward pass: two products of matrices, with a ReLU between them.
    hidden = x @ w1  # (N, H)
    active = np.maximum(hidden, 0)  # (N, H)
    prediction = active @ w2  # (N, D_out)

    # The loss is one number: the sum of all squared errors.
    error = prediction - y  # (N, D_out)
    loss = (error**2).sum()  # ()
    if step % 50 == 0:
        print(f"step {step}  loss {loss.item():.2e}")

    # Backward pass: the chain rule, from the loss back to the weights.
    # Each gradient has the shape of the array it belongs to.
    grad_prediction = 2 * error  # (N, D_out)
    grad_w2 = active.T @ grad_prediction  # (H, D_out)
    grad_active = grad_prediction @ w2.T  # (N, H)
    grad_hidden = grad_active * (hidden > 0)  # (N, H)
    grad_w1 = x.T @ grad_hidden  # (D_in, H)

    # Gradient descent: one small step against the gradient.
    w1 -= LEARNING_RATE * grad_w1
    w2 -= LEARNING_RATE * grad_w2

worst = np.abs(error).max()
print(f"largest error of a prediction: {worst.item():.2e}")
