import numpy as np

"""
A network of one layer.

It fits noise.
"""

w = np.zeros(3)

# region training loop
for step in range(3):
    w -= 1e-3 * w
# endregion

print(w)
