# region r
