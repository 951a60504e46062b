"""The environment that examples are run in: the same on every machine, as far as an output could tell."""

import os
from collections.abc import Mapping

_DROPPED_PREFIXES = ("PYTHON", "LITERATE_")
_DROPPED = {
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "FORCE_COLOR",
    "GCC_COLORS",
    "GREP_COLOR",
    "GREP_COLORS",
    "LANG",
    "LANGUAGE",
    "LINES",
    "LS_COLORS",
    "PY_COLORS",
    "TEMP",
    "TMP",
}
_THREADS = ("OMP", "OPENBLAS", "MKL", "VECLIB", "NUMEXPR")


def pinned_environment(base: Mapping[str, str], threads: int, temporary: str) -> dict[str, str]:
    """The environment `base` without what would change the output from one machine to the next."""
    kept = {
        name: value
        for name, value in base.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES)
    }
    return {
        **kept,
        **{f"{library}_NUM_THREADS": str(threads) for library in _THREADS},
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "80",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "TMPDIR": temporary,
        "MPLBACKEND": "agg",  # a window would wait for someone to close it
        "MPLCONFIGDIR": os.path.join(temporary, "matplotlib"),
        "TORCHINDUCTOR_CACHE_DIR": os.path.join(temporary, "torchinductor"),
        "KERAS_HOME": os.path.join(temporary, "keras"),
        "TF_CPP_MIN_LOG_LEVEL": "1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }


def figure_environment(root: str, figures: str) -> dict[str, str]:
    """What makes matplotlib save the figures that a script shows in the folder `figures`, which is below `root`."""
    # A folder that holds our package and nothing else: what lies beside it must not become importable.
    path = os.path.join(root, "path")
    os.mkdir(path)
    package = os.path.dirname(os.path.abspath(__file__))
    os.symlink(package, os.path.join(path, os.path.basename(package)))
    return {
        "MPLBACKEND": "module://literate.figure_backend",
        "LITERATE_FIGURES": figures,
        "PYTHONPATH": path,
    }
