"""Walks downhill on f(x) = (x - 2) ** 2, in longer steps."""

x = 5.0
for step in range(31):
    if step % 10 == 0:
        print(f"step {step}  loss {(x - 2) ** 2:.2e}")
    x -= 0.2 * 2 * (x - 2)
print(f"x = {x:.3f}")
