"""Numbers as people and programs write them: amounts of money, exchange rates, probabilities.

All arithmetic is on whole numbers (METRICS M7, M12): an amount is never a float.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from funnel_tui.domain.money import MAX_MINOR, RATE_SCALE, exponent
from funnel_tui.domain.said import placed, said
from funnel_tui.errors import UsageError
from funnel_tui.exchange.values import BadValue, known_currencies, visible
from funnel_tui.language import tr

NO_CURRENCY = placed(
    # Translators: keep the semicolon; forms show only what stands before it.
    said("has no currency; say --currency, or --map currency=COLUMN"),
    said("has no currency; choose its column for the field “currency”, or give that a fixed value"),
)

#: Spaces that separate thousands: space, no-break, narrow no-break and thin space.
_SPACES = " \u00a0\u202f\u2009"

#: Swiss thousands marks; always accepted, they mean nothing else.
_APOSTROPHES = "'’"

_MULTIPLIERS = {
    "": 1,
    "k": 1_000,
    **dict.fromkeys(("m", "mn", "mill", "mio", "mln"), 1_000_000),
    **dict.fromkeys(("bn", "mrd", "mia"), 1_000_000_000),
}
#: As they are written in the languages of the program: 5 mill. is Norwegian, mln Dutch, mia. Danish.

_NUMBER_CHARACTERS = frozenset("0123456789.," + _SPACES + _APOSTROPHES)

#: What stands around the digits: sign, bracket and currency before; multiplier, currency and sign after.
_SHAPE = re.compile(
    r"(?P<before>[^\d.,]*)(?P<number>[.,]?\d(?:[\d.,\s'’]*\d)?[.,]?)(?P<after>\D*)",
)
#: A price without small change, as it is written in much of Europe: 5000,-
_CHANGE = re.compile("[.,] ?[-\u2013\u2014](?=\\D*$)")
_TIMES = "|".join(sorted(_MULTIPLIERS, key=len, reverse=True))
_AFTER = re.compile(
    rf"\s*(?P<times>{_TIMES})(?![^\W\d_])(?:(?<=[a-z]{{2}})\.)?\s*(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)

#: Currency signs, and which currencies they can stand for; the first one when nothing else is known. A sign
#: that stands for several and has no usual one begins with None.
_SIGNS: dict[str, tuple[str | None, ...]] = {
    "$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "ARS", "CLP", "COP"),
    "us$": ("USD",),
    "a$": ("AUD",),
    "c$": ("CAD",),
    "nz$": ("NZD",),
    "r$": ("BRL",),
    "€": ("EUR",),
    "£": ("GBP", "EGP", "GIP", "FKP", "SHP"),
    "¥": ("JPY", "CNY"),
    "kr": (None, "NOK", "SEK", "DKK", "ISK"),
    "kr.": (None, "DKK", "NOK", "SEK", "ISK"),
    "fr.": ("CHF",),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "₩": ("KRW", "KPW"),
    "₪": ("ILS",),
    "₴": ("UAH",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "ft": ("HUF",),
}


@dataclass(frozen=True)
class NumberMarks:
    """How numbers are punctuated.

    :param decimal: the mark before the decimals.
    :param groups: the marks between thousands; spaces and apostrophes are always accepted.
    :param indian: groups of two above the first thousand (1,23,45,678).
    """

    decimal: str = "."
    groups: str = ","
    indian: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a number, its whole part in ``whole`` and its decimals in ``part``."""
        mark = f"[{re.escape(self.groups + _SPACES + _APOSTROPHES)}]"
        plain = r"\d+"
        grouped = rf"\d{{1,3}}(?P<mark>{mark})\d{{3}}(?:(?P=mark)\d{{3}})*"
        if self.indian:
            grouped = rf"(?:{grouped}|\d{{1,2}}(?:,\d{{2}})*,\d{{3}})"
        return re.compile(
            rf"(?P<whole>{grouped}|{plain})?(?:{re.escape(self.decimal)}(?P<part>\d*))?", re.ASCII
        )


DEFAULT_MARKS = NumberMarks()


@cache
def marks_for(locale: str | None, decimal: str | None = None) -> NumberMarks:
    """The punctuation of numbers in a language and country.

    :param locale: such as ``de_DE`` or ``en-IN``; None is a decimal point and a thousands comma.
    :param decimal: the decimal mark itself, ``.`` or ``,``; goes before the locale's.
    :raises UsageError: for a locale nobody knows.
    """
    if decimal is not None:
        if decimal not in (".", ","):
            raise UsageError(
                tr("{decimal!r} is not a decimal mark.").format(decimal=decimal),
                tr("It is a point or a comma."),
            )
        return NumberMarks(decimal, "," if decimal == "." else ".")
    if locale is None:
        return DEFAULT_MARKS
    # Babel is loaded only when a locale is named: it costs start-up time.
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol, get_group_symbol

    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError) as error:
        raise UsageError(
            tr("No locale is called {locale!r}.").format(locale=visible(locale)),
            tr("Try one such as de_DE or en_US."),
        ) from error
    return NumberMarks(
        get_decimal_symbol(known), get_group_symbol(known), known.decimal_formats[None].grouping == (3, 2)
    )


def _digits(text: str, marks: NumberMarks, what: str) -> tuple[int, int]:
    """A number as its digits and how many of them are decimals.

    :raises BadValue: when it is none, saying what its marks look like.
    """
    match = marks.pattern.fullmatch(text)
    if match is None or not (match["whole"] or match["part"]):
        raise BadValue(_about_marks(text, marks, what))
    whole = match["whole"] or ""
    if match["mark"] or not whole.isdigit():
        whole = "".join(filter(str.isdigit, whole))
    part = match["part"] or ""
    if len(whole) + len(part) > 60:
        raise BadValue(said("has too many digits for {what}", what=what))
    return int(whole + part), len(part)


def _about_marks(text: str, marks: NumberMarks, what: str) -> str:
    shown = visible(text)
    if re.fullmatch(r"[\d.,]+[eE][+-]?\d+", text):
        # Translators: keep the semicolon; forms show only what stands before it.
        return said(
            "{shown!r} is a shortened number, write all its digits, such as 100000; "
            "a spreadsheet does so in columns that are formatted as numbers",
            shown=shown,
        )
    if not set(text) <= _NUMBER_CHARACTERS:
        return said("{shown!r} is not {what}", shown=shown, what=what)
    if marks.groups.isspace():
        values = {"shown": shown, "what": what, "decimal": marks.decimal}
        return placed(
            # Translators: keep the semicolon; forms show only what stands before it.
            said(
                "{shown!r} is not {what} with {decimal!r} for decimals; "
                "other marks are told with --locale, such as de_DE",
                **values,
            ),
            said(
                "{shown!r} is not {what} with {decimal!r} for decimals; other marks are chosen at “Amounts”",
                **values,
            ),
        )
    values = {"shown": shown, "what": what, "decimal": marks.decimal, "groups": marks.groups}
    return placed(
        # Translators: keep the semicolon; forms show only what stands before it.
        said(
            "{shown!r} is not {what} with {decimal!r} for decimals and {groups!r} for thousands; "
            "other marks are told with --locale, such as de_DE",
            **values,
        ),
        said(
            "{shown!r} is not {what} with {decimal!r} for decimals and {groups!r} for thousands; "
            "other marks are chosen at “Amounts”",
            **values,
        ),
    )


def parse_amount(
    text: str,
    marks: NumberMarks = DEFAULT_MARKS,
    *,
    currency: str | None = None,
    fallback: str | None = None,
    rounded: bool = False,
) -> tuple[int, str]:
    """An amount of money.

    Read are ``1234.5``, ``1,234.50``, ``1 234.50``, ``480k``, ``1.2m``, ``USD 5000``, ``$1,000`` and
    ``5000 kr``.

    :param text: the amount; not empty.
    :param marks: the punctuation of numbers.
    :param currency: the currency the row says the amount is in.
    :param fallback: the currency when neither row nor amount say one.
    :param rounded: decimals the currency does not have are rounded half up instead of refused.
    :returns: minor units, and the currency: the one given, else the amount's own, else the fallback.
    :raises BadValue: for anything else, for decimals the currency does not have, and for amounts below zero,
        of another currency than given, without any currency, or above
        :data:`~funnel_tui.domain.money.MAX_MINOR`.
    """
    text = text.strip()
    known = currency or fallback
    plain = _plain(text, marks.decimal, known) if known else None
    if plain is not None and known:
        return plain, known
    shape = _SHAPE.fullmatch(_CHANGE.sub("", text)) if len(text) <= 100 else None
    if shape is None:
        raise BadValue(_about_marks(text, marks, said("an amount")))
    before, number, after = shape["before"].strip(), shape["number"], shape["after"]
    split = _AFTER.fullmatch(after)
    times, after = (split["times"].lower(), split["rest"].strip()) if split else ("", after.strip())
    negative, before, after = _sign(before, after)
    code = _currency(text, before or after, currency, fallback) if not (before and after) else None
    if code is None:
        raise BadValue(said("{text!r} is not an amount", text=visible(text)))
    digits, decimals = _digits(number, marks, said("an amount"))
    minor = _minor(text, digits * _MULTIPLIERS[times], decimals, code, rounded=rounded)
    if negative and minor:
        # Translators: keep the semicolon; forms show only what stands before it.
        raise BadValue(said("{text!r} is negative; an amount is zero or more", text=visible(text)))
    return minor, code


def _plain(text: str, mark: str, currency: str) -> int | None:
    """Minor units of an amount of nothing but digits and decimals, which most are; None for any other."""
    whole, _, part = text.partition(mark)
    places = exponent(currency)
    if not (whole.isdigit() and text.isascii() and len(whole) <= 9 and len(part) <= places):
        return None
    if part:
        return int(whole + part) * int(10 ** (places - len(part))) if part.isdigit() else None
    return int(whole) * int(10**places)


def _sign(before: str, after: str) -> tuple[bool, str, str]:
    """Whether brackets or a minus make the amount negative, and what else stands around the number."""
    before = before.replace("\u2212", "-")
    if before.startswith("(") and after.endswith(")"):
        return True, before[1:].strip(), after[:-1].strip()
    negative = "-" in before
    if before.count("-") + before.count("+") == 1:
        before = before.replace("-", "").replace("+", "").strip()
    return negative, before, after


def _currency(text: str, sign: str, currency: str | None, fallback: str | None) -> str | None:
    """The currency of an amount from the sign beside it; None when that is no currency sign."""
    known = currency or fallback
    if not sign:
        if known is None:
            raise BadValue(NO_CURRENCY, "currency")
        return known
    if sign.upper() in known_currencies():
        codes: tuple[str | None, ...] = (sign.upper(),)
    else:
        codes = _SIGNS.get(sign.lower(), ())
    if not codes:
        return None
    if known in codes:
        return known
    if currency is not None:
        raise BadValue(
            said(
                "{text!r} names another currency than the row, which says {currency}",
                text=visible(text),
                currency=currency,
            )
        )
    if codes[0] is None:
        names = ", ".join(filter(None, codes))
        shown = visible(sign)
        reason = placed(
            # Translators: keep the semicolon; forms show only what stands before it.
            said(
                "{sign!r} can be {names}; say --currency, or --map currency=COLUMN", sign=shown, names=names
            ),
            said(
                "{sign!r} can be {names}; choose the column for the field “currency”, or give that a fixed "
                "value",
                sign=shown,
                names=names,
            ),
        )
        raise BadValue(reason, "currency")
    return codes[0]


def _minor(text: str, digits: int, decimals: int, currency: str, *, rounded: bool) -> int:
    """Minor units, exact unless they are to be rounded half up."""
    places = exponent(currency)
    minor, rest = divmod(digits * int(10**places), int(10**decimals))
    if rest and rounded:
        minor += 2 * rest >= 10**decimals
    elif rest:
        raise BadValue(
            # Translators: keep the semicolon; forms show only what stands before it.
            placed(
                said(
                    "{text!r} has more decimals than {currency} has ({places}); if the point marks thousands "
                    "say --locale, if cents are to be rounded --round",
                    text=visible(text),
                    currency=currency,
                    places=places,
                ),
                said(
                    "{text!r} has more decimals than {currency} has ({places}); if the point marks thousands "
                    "choose so at “Amounts”",
                    text=visible(text),
                    currency=currency,
                    places=places,
                ),
            )
        )
    if minor > MAX_MINOR:
        raise BadValue(
            # Translators: keep the semicolon; forms show only what stands before it.
            said(
                "{text!r} is too large; at most {most:,} {currency}",
                text=visible(text),
                most=MAX_MINOR // 10**places,
                currency=currency,
            )
        )
    return minor


def parse_number(text: str, marks: NumberMarks = DEFAULT_MARKS, what: str = said("a number")) -> Decimal:
    """A number without a sign, kept exactly as written.

    :param what: what to call it in a reason.
    :raises BadValue: for anything else.
    """
    digits, decimals = _digits(text.strip(), marks, what)
    # Made from text: arithmetic on a Decimal would round to 28 digits.
    return Decimal(f"{digits}E-{decimals}")


def parse_rate(text: str, marks: NumberMarks = DEFAULT_MARKS) -> Decimal:
    """An exchange rate: a number greater than zero, kept exactly as written.

    :raises BadValue: for anything else, and for a rate too small or too large to be stored.
    """
    rate = parse_number(text, marks, said("a rate"))
    if not 1 <= rate * RATE_SCALE < 2**63:
        raise BadValue(
            # Translators: keep the semicolon; forms show only what stands before it.
            said(
                "{text!r} cannot be an exchange rate; it is more than 0 and below 9 million",
                text=visible(text),
            )
        )
    return rate


def parse_probability(text: str, marks: NumberMarks = DEFAULT_MARKS, *, fraction: bool = False) -> int:
    """A probability: ``50`` or ``50 %``, or ``0.5`` where the file writes fractions.

    :param fraction: a number without a percent sign is a fraction of one.
    :returns: basis points, 0 to 10,000, rounded half up (METRICS M12).
    :raises BadValue: for anything else, and outside 0 to 100 %.
    """
    text = text.strip()
    number = text.removesuffix("%").rstrip()
    digits, decimals = _digits(number, marks, said("a probability"))
    scale = 10_000 if fraction and number == text else 100
    points: int = (2 * digits * scale + 10**decimals) // (2 * 10**decimals)
    if digits * scale > 10_000 * 10**decimals:
        most = "1" if scale == 10_000 else "100 %"
        raise BadValue(
            # Translators: keep the semicolon; forms show only what stands before it.
            said("{text!r} is not a probability; it is at most {most}", text=visible(text), most=most)
        )
    return points
