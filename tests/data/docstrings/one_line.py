"""One line."""
x = 1
