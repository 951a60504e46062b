"""The entry point of the pytest plugin.

Apart from it, so that `-p literate.pytest_plugin` and the entry point of an installed package come to the same
plugin: pytest refuses a module that is registered under two names.
"""

pytest_plugins = ("literate.pytest_plugin",)
