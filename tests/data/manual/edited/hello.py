"""Says hello."""

for name in ("Ada", "Grace"):
    print(f"Hello, {name}!")
