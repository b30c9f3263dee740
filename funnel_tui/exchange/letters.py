"""Which files are mail, and which calendars: by the ending of their names, else by how they begin."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Literal

LetterKind = Literal["mail", "calendar"]

_ENDINGS: dict[str, LetterKind] = {
    **dict.fromkeys((".eml", ".mbox", ".mbx"), "mail"),
    **dict.fromkeys((".ics", ".ical", ".icalendar", ".ifb"), "calendar"),
}
_HEADERS = re.compile(
    rb"From [^\n]*\d\d:\d\d"
    rb"|(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[a-z-]+|Date|From|To|Subject):[^\n]*\n"
    rb"(?:[a-z0-9-]+:|[ \t])",
    re.IGNORECASE,
)


def letter_kind(path: str) -> LetterKind | None:
    """What a file holds, or None for one that may be a table.

    :param path: the file; one that cannot be looked into is left to whoever opens it and says why.
    """
    ending = _ENDINGS.get(Path(path).suffix.casefold())
    if ending is not None:
        return ending
    with suppress(OSError, ValueError):
        file = Path(path)
        if file.is_file():
            with file.open("rb") as stream:
                head = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
            if head[:15].upper() == b"BEGIN:VCALENDAR":
                return "calendar"
            if _HEADERS.match(head):
                return "mail"
    return None
