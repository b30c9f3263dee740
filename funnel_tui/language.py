"""The language of the interface: one for the whole process, chosen before anything is shown.

Texts are written in English where they are used, inside :func:`tr`, :func:`trn` or :func:`trc`; catalogues in
``locales`` hold the other languages. Texts of modules are translated when the module is imported, so
:func:`choose` comes first. What programs read (options, JSON, CSV, what is stored) is never translated.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

from funnel_tui.formats import Template, differ

LANGUAGES = {
    "en": "English",
    "nb": "Norsk bokmål",
    "sv": "Svenska",
    "da": "Dansk",
    "nl": "Nederlands",
}
"""Every language by its code, by the name it has for itself."""

VARIABLE = "FUNNEL_LANGUAGE"
"""The variable of the environment that goes before the settings file and the locale."""

DOMAIN = "funnel_tui"
LOCALES = Path(__file__).parent / "locales"

# Norwegian has had several codes; locales of nynorsk read bokmål more readily than English.
_OTHER_CODES = {"no": "nb", "nn": "nb"}

_catalogue = gettext.NullTranslations()
_chosen = "en"


def choose(code: str) -> None:
    """Take a language for the rest of the process.

    :param code: a key of :data:`LANGUAGES`; any other means English.
    """
    global _catalogue, _chosen
    _chosen = code if code in LANGUAGES else "en"
    _tell_libraries()
    if _chosen == "en":
        _catalogue = gettext.NullTranslations()
        return
    _catalogue = gettext.translation(DOMAIN, LOCALES, [_chosen], fallback=True)


def _tell_libraries() -> None:
    """Let libraries that ask gettext for their words, as click does, find them in our catalogues."""
    if _chosen == "en":
        gettext.textdomain("messages")  # The standard library's own default: it has no catalogue.
        return
    gettext.bindtextdomain(DOMAIN, str(LOCALES))
    gettext.textdomain(DOMAIN)
    # gettext looks for the language here first, each time it is asked.
    os.environ["LANGUAGE"] = _chosen


def chosen() -> str:
    """The code of the language in use."""
    return _chosen


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The language an environment asks for: the first of its variables that is set decides.

    :returns: a key of :data:`LANGUAGES`; ``en`` for a language there is no catalogue of.
    """
    for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, ""):
            return _code(value) if _code(value) in LANGUAGES else "en"
    return "en"


def is_known(named: str) -> bool:
    """Whether a name is that of a language there is, or of none at all: empty, or the locale of machines."""
    return _code(named) in {*LANGUAGES, "", "c", "posix"}


def _code(locale: str) -> str:
    """The language in the name of a locale: ``nb_NO.UTF-8`` is ``nb``."""
    code = locale.replace("-", "_").split(".")[0].split("_")[0].lower()
    return _OTHER_CODES.get(code, code)


def tr(text: str) -> str:
    """A text in the language of the user.

    :param text: the English text, a literal. Values come in by name afterwards:
        ``tr("{n} of {all} deals").format(n=n, all=all)``.
    """
    return _template(_catalogue.gettext(text))


def trn(one: str, many: str, number: int) -> str:
    """A text that depends on a number, in the language of the user.

    :param one: the English text for one, a literal.
    :param many: the English text for any other number, a literal.
    :param number: how many.
    """
    return _template(_catalogue.ngettext(one, many, number))


def trc(context: str, text: str) -> str:
    """A text in the language of the user where one English word is several words elsewhere.

    :param context: what it is about, a literal: ``trc("key", "open")`` is what a key does,
        ``tr("open")`` how a deal stands.
    :param text: the English text, a literal.
    """
    return _template(_catalogue.pgettext(context, text))


def _template(text: str) -> str:
    return Template(text) if "{" in text and differ() else text
