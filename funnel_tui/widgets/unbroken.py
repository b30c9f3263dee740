"""Numbers stay whole where a line is broken.

In many languages a no-break space stands between thousands (``1 167,2 %``). The library that breaks lines for
Textual takes it for a blank like any other. The blank before a percent sign is a plain one, which is copied
and written to files as such; no line ends there either.
"""

from __future__ import annotations

import re

from rich import _wrap

BLANKS = re.compile(r"[^\S\u00a0]+(?!%)")
"""Where a line may be broken."""


def keep_numbers_whole() -> None:
    """Let lines be broken at blanks, not at no-break spaces or before a percent sign, from now on."""
    _wrap.re_word = re.compile(r"[^\S\u00a0]*(?:[\S\u00a0]| (?=%))+[^\S\u00a0]*")
