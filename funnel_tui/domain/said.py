"""Sentences that people read in their language and programs read in English.

A note of a report stands under a table, and in JSON. There it must not depend on who asks, so it knows both.
"""

from __future__ import annotations

from collections.abc import Iterable

from funnel_tui.language import tr, trn


class Said(str):
    """A text in the language of the user that knows its English.

    What is made of it by slicing or joining is an ordinary text: use :func:`said` and :func:`listed`.

    :param english: the same in English, for JSON, CSV and workbooks.
    :param inside: the same as it is said inside the program, where the text is one of the command line.
    """

    english: str
    inside: str

    def __new__(cls, text: str, english: str, inside: str | None = None) -> Said:
        """The text as it is shown."""
        made = super().__new__(cls, text)
        made.english = english
        made.inside = text if inside is None else inside
        return made

    def __reduce__(self) -> tuple[type[Said], tuple[str, str, str]]:
        """What a copy is made from."""
        return Said, (str(self), self.english, self.inside)


def said(text: str, /, **values: object) -> str:
    """A sentence in both languages.

    :param text: the English text, a literal, with the names of values in braces.
    :param values: what comes in; a :class:`Said` among them comes in as English into the English one.
    """
    return _both(tr(text), text, values)


def said_n(one: str, many: str, number: int, /, **values: object) -> str:
    """A sentence that depends on a number, in both languages.

    :param one: the English text for one, a literal, and ``many`` that for any other number.
    :param values: what comes in, as in :func:`said`.
    """
    return _both(trn(one, many, number), one if number == 1 else many, values)


def listed(texts: Iterable[str], between: str) -> str:
    """Texts in a row, in both languages.

    :param between: what stands between two of them: punctuation, no word.
    """
    every = list(texts)
    return Said(between.join(every), between.join(map(english_of, every)))


def parted(text: str, between: str) -> tuple[str, str]:
    """The two sides of a text, in both languages.

    :param between: the punctuation that stands between them in either language.
    """
    first, _, last = text.partition(between)
    plain_first, _, plain_last = english_of(text).partition(between)
    return Said(first, plain_first), Said(last, plain_last)


def placed(command: str, inside: str) -> str:
    """A text that says what to do, in both places where it can be done.

    :param command: for the command line: it may name options and commands.
    :param inside: for the screens of the program: it names their fields.
    """
    return Said(command, english_of(command), str(inside))


def inside_of(text: str) -> str:
    """A text as it is said inside the program; one that is the same everywhere as it is."""
    return text.inside if isinstance(text, Said) else text


def english_of(text: str) -> str:
    """The English of a text that knows it; any other text as it is."""
    return text.english if isinstance(text, Said) else text


def _both(shown: str, english: str, values: dict[str, object]) -> Said:
    plain = {name: english_of(value) if isinstance(value, str) else value for name, value in values.items()}
    within = {name: inside_of(value) if isinstance(value, str) else value for name, value in values.items()}
    return Said(shown.format(**values), english.format(**plain), shown.format(**within))
