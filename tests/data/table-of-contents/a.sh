# not one either
