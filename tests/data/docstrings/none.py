x = """
no docstring
"""
f(
"""nor this"""
)
