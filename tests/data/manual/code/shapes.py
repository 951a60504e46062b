"""Areas of shapes."""

import math


# region round
def circle(radius):
    return math.pi * radius**2
# endregion


class Square:
    SIDES = 4

    # Comments directly above belong to it.
    @staticmethod
    def area(side):
        return side**2
