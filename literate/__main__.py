"""`python -m literate` is the command `build-readme`."""

import sys

from literate.cli import main

sys.exit(main())
