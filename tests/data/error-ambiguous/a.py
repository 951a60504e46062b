# region f
x = 1
# endregion


def f(): pass


def g(): pass


@property
def g(): pass
