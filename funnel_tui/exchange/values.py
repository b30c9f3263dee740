"""Checking single values: text, currencies, status words, flags. Numbers and dates have their own modules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from funnel_tui.domain.said import Said, english_of, inside_of, said
from funnel_tui.domain.status import DealStatus

#: Longest texts, in characters.
LIMITS = {"title": 200, "name": 200, "id": 100, "note": 10_000}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_NOTES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

#: What other programs call the states of a deal, in lower case.
_STATUS_WORDS = {
    "open": DealStatus.OPEN,
    "in progress": DealStatus.OPEN,
    "won": DealStatus.WON,
    "closed won": DealStatus.WON,
    "closedwon": DealStatus.WON,
    "lost": DealStatus.LOST,
    "closed lost": DealStatus.LOST,
    "closedlost": DealStatus.LOST,
}

_FLAGS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y"), True),
    **dict.fromkeys(("", "0", "false", "f", "no", "n"), False),
}


class BadValue(ValueError):
    """A value that cannot be accepted.

    :param reason: why, and what would be accepted: one line, harmless to print.
    :param field: the field that is to be read otherwise, where that is not the one of the value.
    """

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


def visible(text: str, most: int = 100) -> str:
    """Text that is safe to print: control characters are shown as escapes, and a long text is cut short.

    :param text: anything a file may hold.
    :param most: the characters to show of it.
    """
    shown = text if len(text) <= most else f"{text[: most - 1]}…"
    return _CONTROL.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), shown)


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a question."""
    if text.endswith("?"):
        return text
    return Said(f"{text}.", f"{english_of(text)}.", f"{inside_of(text)}.")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like the given one, whatever its case; empty when none is near."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else ""


def clean_text(text: str, limit: int, *, note: bool = False) -> str:
    """Text without surrounding space, in the composed Unicode form (NFC).

    :param text: as it stands in the file.
    :param limit: the most characters it may have.
    :param note: a text of several lines; line breaks and tabs are kept, every line end as one character.
    :returns: the text, possibly empty.
    :raises BadValue: for control characters, halves of characters, and texts that are too long.
    """
    text = text.strip()
    if not (text.isascii() and text.isprintable()):
        if note:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        bad = (_CONTROL_IN_NOTES if note else _CONTROL).search(text)
        if bad:
            raise BadValue(_about_character(bad.group()))
        text = unicodedata.normalize("NFC", text)
    if len(text) > limit:
        raise BadValue(
            said("has {count} characters; at most {limit} are allowed", count=len(text), limit=limit)
        )
    return text


def _about_character(character: str) -> str:
    if character in "\r\n":
        return said("has a line break in it")
    if character == "\t":
        return said("has a tab in it")
    if "\ud800" <= character <= "\udfff":
        return said("has half a character in it (U+{code:04X})", code=ord(character))
    return said("has a control character in it (U+{code:04X})", code=ord(character))


@cache
def known_currencies() -> frozenset[str]:
    """Every ISO 4217 code, past ones too: an old deal may be in Deutschmark."""
    # Babel is loaded only when a currency has to be checked: it costs start-up time.
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@cache
def parse_currency(text: str) -> str:
    """An ISO 4217 currency code.

    :param text: the code, in any case.
    :returns: the code in capitals.
    :raises BadValue: for a code nobody knows, suggesting the nearest.
    """
    code = text.strip().upper()
    if code in known_currencies():
        return code
    # Only something of a code's length is compared: the search is slow, and a wrongly mapped column is long.
    near = _near_currency(code) if len(code) == 3 else ""
    shown = visible(text.strip())
    if near:
        raise BadValue(said("no currency is called {code!r}; did you mean {near}?", code=shown, near=near))
    raise BadValue(said("no currency is called {code!r}; a code has three letters, such as EUR", code=shown))


def _near_currency(code: str) -> str:
    """The currency of today most like a code; one of the same letters goes first."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    now = {code for land in Locale("en").territories for code in get_territory_currencies(str(land))}
    swapped = sorted(each for each in now if sorted(each) == sorted(code))
    # A slip of the finger: the later it is in the code, the surer are the letters before it.
    slips = sorted(
        (each for each in now if _same_letters(each, code) == 2), key=lambda each: each[:2] != code[:2]
    )
    return next(iter((*swapped, *slips)), "")


def _same_letters(one: str, other: str) -> int:
    """How many letters two codes have in the same place."""
    return sum(a == b for a, b in zip(one, other, strict=True))


def status_word(text: str) -> DealStatus | None:
    """The status a usual word stands for ("Won", "closed lost", "Open"), or None for any other word."""
    return _STATUS_WORDS.get(" ".join(text.replace("-", " ").split()).lower())


def parse_flag(text: str) -> bool:
    """A yes or no as exports write it: 1, 0, true, false, yes, no; an empty value is no.

    :raises BadValue: for anything else.
    """
    flag = _FLAGS.get(text.strip().lower())
    if flag is None:
        raise BadValue(said("{word!r} is neither 1 or true nor 0 or false", word=visible(text.strip())))
    return flag
