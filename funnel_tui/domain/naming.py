"""Names as they are compared: without case, accents, punctuation and legal forms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REMEMBERED = 1 << 17
"""Names whose compared form is kept, so that a second look at a large directory costs nothing."""

# Letters that do not come apart into a plain letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t"}
)
_DOTTED = re.compile(r"\b(\w)[./]\s?(?=\w\b)")
_APART = re.compile(r"[\W_]+")
# Accents and vowel signs of the scripts that names are written in.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff]+"
)
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)*)\.([a-z]{2,})/?", re.IGNORECASE)

_AND = frozenset({"and", "og", "und", "och", "et", "en"})
_FORM_WORDS = """
as asa ans ab hb kb aps ks gmbh mbh ag kg kgaa ohg ug ek eg ev se bv nv cv vof bvba sprl srl ltd limited llc
llp lp inc incorporated corp corporation co company plc pty pvt pte bhd sdn sa sas sarl sasu snc spa sl slu
sau lda ltda oy oyj abp tbk pt kk sro zoo kft zrt nyrt doo dd ad ood eood sia uab ou oo ooo oao zao ehf hf
"""
_FORMS = frozenset(_FORM_WORDS.split())
_FORMS_BEFORE = frozenset({"as", "ab", "pt", "ooo", "oao", "zao", "sarl", "uab", "sia"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof"})

_PROVIDERS = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com mac.com aol.com
gmx.de gmx.net web.de t-online.de proton.me protonmail.com mail.com mail.ru qq.com 163.com online.no
example.com example.org example.net
"""
MAIL_PROVIDERS = frozenset(_PROVIDERS.split())
"""Domains of mailboxes of anybody; two people there have nothing to do with each other."""


@lru_cache(maxsize=REMEMBERED)
def folded(text: str) -> str:
    """Text without case and accents, for searching: ``Bjørn & Søn`` is ``bjorn & son``."""
    low = text.casefold()
    if low.isascii():
        return low
    return _MARKS.sub("", unicodedata.normalize("NFKD", low.translate(_LETTERS)))


@lru_cache(maxsize=REMEMBERED)
def organisation_key(name: str) -> str:
    """What is left of an organisation's name when its spelling does not matter.

    Legal forms (AS, A/S, GmbH, B.V., Inc …) at the ends, words for "and" and the ending of a web address go;
    the words are put in order. A name of nothing else is kept whole. Equal keys are the same name.
    """
    words = _words(_host(name) if "." in name else name)
    kept = [word for word in words if word not in _AND]
    while len(kept) > 1 and kept[-1] in _FORMS:
        kept.pop()
    if len(kept) > 1 and kept[0] in _FORMS_BEFORE:
        kept.pop(0)
    return " ".join(sorted(kept or words)) or folded(name)


@lru_cache(maxsize=REMEMBERED)
def person_key(name: str) -> str:
    """What is left of a person's name when its spelling does not matter: ``Lie, Kari`` is ``Kari Lie``."""
    words = _words(name)
    kept = [word for word in words if word not in _TITLES]
    return " ".join(sorted(kept or words)) or folded(name)


def _host(name: str) -> str:
    """The telling part of a web address; any other name as it is."""
    address = _DOMAIN.fullmatch(name.strip())
    if address is None:
        return name
    host, ending = address.groups()
    # "Cruz.Inc" is a legal form after a dot, not a web address.
    return name if ending.casefold() in _FORMS else str(host)


def _words(name: str) -> list[str]:
    plain = folded(name)
    if "." in plain or "/" in plain:
        plain = _DOTTED.sub(r"\1", plain)
    return _APART.sub(" ", plain).split()


def mail_domain(email: str | None) -> str | None:
    """The domain of an e-mail address that tells whose it is; None without one, or with a mail provider."""
    if email is None or "@" not in email:
        return None
    domain = email.rsplit("@", 1)[1].strip().casefold().rstrip(".")
    return None if not domain or domain in MAIL_PROVIDERS else domain


def phone_key(phone: str | None) -> str | None:
    """The last eight digits of a telephone number: enough to tell it, whatever prefix it is written with."""
    digits = "".join(mark for mark in phone or "" if mark.isdecimal())
    return digits[-8:] if len(digits) >= 7 else None
