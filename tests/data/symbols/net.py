import math

# How wide.
SIZE = 3


# The net,
# in one class.
@decorated(
    SIZE,
)
class Net:
    depth = 2

    # Forward.
    @property
    def forward(self):
        def inner():
            return 1

        return inner


async def train():
    await Net()
