"""With code."""; x = 1
