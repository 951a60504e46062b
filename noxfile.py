"""The weaver's tests on every CPython that is supported upstream, each in an environment of its own, made by uv.

    .venv/bin/nox                      all of them; a Python that is neither here nor to be had is left out
    .venv/bin/nox -s tests-3.13        one
    .venv/bin/nox -- -k golden         options for pytest

Tests that run the examples are left out: those need PyTorch and TensorFlow, 2.4 GB for each Python. `make test
PYTHON=python3.13 VENV=.venv-3.13` runs them too.
"""

from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
FRAMEWORKS = ("tensorflow", "torch")


def requirements() -> list[str]:
    """What the tests need but the frameworks."""
    lines = (
        line.partition(" #")[0].strip() for line in Path("requirements.txt").read_text("utf-8").split("\n")
    )
    return [line for line in lines if line and not line.startswith(("#", *FRAMEWORKS))]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests that need no framework."""
    session.install("pip", *requirements())  # uv leaves pip out, and the tests install the wheel with it
    session.run("pytest", "tests", "-m", "not frameworks", *session.posargs)
