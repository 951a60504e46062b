# region setup
import os

# region inner
x = 1
# endregion inner
# endregion


def f():
    # region setup
    y = 2
    # endregion
    return y
