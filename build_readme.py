"""`python build_readme.py` is the command `build-readme`, with nothing installed."""

import sys

from literate.cli import main

if __name__ == "__main__":
    sys.exit(main())
