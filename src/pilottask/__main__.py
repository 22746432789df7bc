"""`python -m pilottask`."""

import sys

from pilottask.cli import main

sys.exit(main())
