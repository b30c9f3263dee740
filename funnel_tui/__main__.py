"""``python -m funnel_tui``: the same as the command ``funnel``."""

import sys

from funnel_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
