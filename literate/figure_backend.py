"""A matplotlib backend that keeps the figures which an example shows: `MPLBACKEND=module://literate.figure_backend`.

`plt.show()` saves each open figure as `figure-1.svg`, `figure-2.svg` ... in the folder `$LITERATE_FIGURES`, in
the order shown, and closes it; nothing opens a window or waits. A figure that stays open (`block=False`,
`plt.pause`, `figure.show()`) keeps its number and is saved again when it is shown again. Without
`LITERATE_FIGURES` it is the backend agg.

It runs in the example's process, beside the example's own matplotlib, and so needs nothing else.
"""

import os
from itertools import count
from typing import Any

import matplotlib
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

_numbers = count(1)
_SVG: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "literate", "svg.image_inline": True}


class FigureManager(FigureManagerBase):
    """Shows a figure by writing it to its file."""

    number = 0  # of the file; 0 while the figure has not been shown

    def show(self) -> None:
        """Write the figure, without anything that differs from run to run or from machine to machine."""
        folder = os.environ.get("LITERATE_FIGURES")
        if not folder:
            super().show()
            return
        self.number = self.number or next(_numbers)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"figure-{self.number}.svg")
        with matplotlib.rc_context(_SVG):
            self.canvas.figure.savefig(path, format="svg", metadata={"Creator": None, "Date": None})

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """What `plt.show()` does; a figure shown with `block=False` stays open, as in a window."""
        if not os.environ.get("LITERATE_FIGURES"):
            super().pyplot_show(block=block)
            return
        for manager in sorted(Gcf.get_all_fig_managers(), key=lambda manager: manager.num):
            manager.show()
            if block is not False:
                Gcf.destroy(manager)


class FigureCanvas(FigureCanvasAgg):
    """Agg's canvas, which never waits for anyone."""

    manager_class = FigureManager

    def start_event_loop(self, timeout: float = 0) -> None:
        """Return at once: nobody will press a key, and `plt.pause` would only sleep."""
        if not os.environ.get("LITERATE_FIGURES"):
            super().start_event_loop(timeout)
