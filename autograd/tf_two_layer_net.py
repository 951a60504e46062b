"""The same network in TensorFlow, as a graph that is made once.

`tf.function` calls the Python function once, on symbols instead of
numbers, and writes down the operations: that is tracing. Every later
call runs the graph that came of it, without the Python code. The random
numbers are those of the numpy version, and so are the losses. The loss
printed at step k is the loss after k updates.
"""

import os

# TensorFlow's C++ code logs to the terminal while it is imported. These
# two settings keep it quiet, and only work before the import.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)

# N: batch size; D_in: input size; H: hidden size; D_out: output size.
N, D_in, H, D_out = 64, 1000, 100, 10
STEPS = 300
LEARNING_RATE = 1e-6

# The data is noise: all that can be learned is this very batch.
x = tf.constant(rng.standard_normal((N, D_in)))  # (N, D_in)
y = tf.constant(rng.standard_normal((N, D_out)))  # (N, D_out)

# A Variable keeps its value from one run of the graph to the next.
w1 = tf.Variable(rng.standard_normal((D_in, H)))  # (D_in, H)
w2 = tf.Variable(rng.standard_normal((H, D_out)))  # (H, D_out)

traces = []


# The signature fixes shapes and types, so that one trace serves all.
@tf.function(
    input_signature=[
        tf.TensorSpec(shape=(N, D_in), dtype=tf.float64),
        tf.TensorSpec(shape=(N, D_out), dtype=tf.float64),
    ]
)
def train_step(x, y):
    """Update the weights once; return the loss from before the update."""
    # This line is plain Python: it runs while tracing, and only then.
    traces.append("train_step")
    with tf.GradientTape() as tape:
        hidden = x @ w1  # (N, H)
        active = tf.nn.relu(hidden)  # (N, H)
        prediction = active @ w2  # (N, D_out)
        error = prediction - y  # (N, D_out)
        loss = tf.reduce_sum(error**2)  # ()
    grad_w1, grad_w2 = tape.gradient(loss, [w1, w2])
    w1.assign_sub(LEARNING_RATE * grad_w1)
    w2.assign_sub(LEARNING_RATE * grad_w2)
    return loss


for step in range(STEPS + 1):
    # One call runs the forward pass, the backward pass and the update.
    loss = train_step(x, y)
    if step % 50 == 0:
        print(f"step {step}  loss {loss.numpy():.2e}")

print(f"calls of train_step: {STEPS + 1}, traces: {len(traces)}")
