"""Finding by name: how text is compared, and what is found."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# Letters that Unicode does not take apart, and what people without them on their keyboard type.
_PLAIN = {
    **{"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"},
    **{"ħ": "h", "ŧ": "t", "ŋ": "n", "ƒ": "f"},
}
_DROPPED = {"Mn", "Me", "Cf"}
_SPACES = {"Zs", "Zl", "Zp", "Cc"}


class _Table(dict[int, str | None]):
    """What each character becomes; worked out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        kind = unicodedata.category(letter)
        plain: str | None = _PLAIN.get(letter, letter)
        if kind in _DROPPED:
            plain = None
        elif kind in _SPACES:
            plain = " "
        self[code] = plain
        return plain


_TABLE = _Table()


def fold(text: str) -> str:
    """Text as it is compared: without case, accents, marks of direction and doubled spaces.

    ``Bjørn`` and ``BJORN`` both become ``bjorn``. Two texts that fold to the same are the same to a person
    who looks for them.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold().translate(_TABLE)
    elif text.isprintable():
        text = text.lower()
    else:
        text = text.lower().translate(_TABLE)
    return " ".join(text.split())


class FindKind(StrEnum):
    """What can be found."""

    DEAL = "deal"
    ORGANISATION = "organisation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Found:
    """Something found.

    :param id: its number.
    :param title: its name as stored; user text.
    :param subtitle: what tells it from others of the same name; user text.
    :param score: 1 for the very name, down to 0.
    """

    kind: FindKind
    id: int
    title: str
    subtitle: str
    score: float
