"""Fuzz one harness with atheris: `python -m fuzz.guided HARNESS FOLDER ... [options of libFuzzer]`."""

import sys

import atheris

with atheris.instrument_imports(include=["literate"]):
    from fuzz.harnesses import HARNESSES

if __name__ == "__main__":
    harness = HARNESSES[sys.argv.pop(1)]
    atheris.Setup(sys.argv, harness)
    atheris.Fuzz()
