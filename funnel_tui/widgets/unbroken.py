"""Numbers stay whole where a line is broken.

In many languages a no-break space stands between thousands (``1 167,2 %``). The library that breaks lines for
Textual takes it for a blank like any other.
"""

from __future__ import annotations

import re

from rich import _wrap

BLANKS = re.compile(r"[^\S\u00a0]+")
"""Where a line may be broken."""


def keep_numbers_whole() -> None:
    """Let lines be broken at blanks, and not at no-break spaces, for the rest of the process."""
    _wrap.re_word = re.compile(r"[^\S\u00a0]*[\S\u00a0]+[^\S\u00a0]*")
