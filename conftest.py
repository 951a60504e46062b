"""Here the plugin of this package comes from the source tree, whether the package is installed or not."""

pytest_plugins = ["literate.pytest_plugin"]
