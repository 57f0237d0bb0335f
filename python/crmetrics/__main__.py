"""`python -m crmetrics` is the command `crmetrics`."""

import sys

from .cli import main

sys.exit(main())
