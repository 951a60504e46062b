"""The floor: about the shortest Python that splices files into a page at all, each read once; it checks nothing."""

import sys

MARK = b":INCLUDE "
shown, pieces = {}, []
with open(sys.argv[1], "rb") as template:
    for line in template.read().splitlines(keepends=True):
        if line.startswith(MARK):
            path = line[len(MARK) :].strip()
            if path not in shown:
                with open(path, "rb") as script:
                    shown[path] = b"# Code in file " + path + b"\n" + script.read()
            line = shown[path]
        pieces.append(line)
with open(sys.argv[2], "wb") as page:
    page.write(b"".join(pieces))
