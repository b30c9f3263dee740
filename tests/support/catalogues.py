"""The catalogues of other languages: taken from the source, brought up to date, compiled.

``python -m tests.support.catalogues`` writes ``funnel_tui.pot`` from the texts of the package, brings the
``.po`` file of each language up to date (translations stay, nothing is guessed) and compiles the ``.mo``
beside it. ``--missing`` lists what has no translation, and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from funnel_tui.language import DOMAIN, LANGUAGES, LOCALES

PACKAGE = LOCALES.parent
TEMPLATE = LOCALES / f"{DOMAIN}.pot"
KEYWORDS: dict[str, Any] = {"tr": None, "trn": (1, 2), "trc": ((1, "c"), 2), "said": None, "said_n": (1, 2)}
"""The functions whose arguments are texts for people."""
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")
# One date for ever: that a catalogue was written again is no change of it.
_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def source() -> Catalog:
    """The texts of the package, without translations."""
    catalogue = _catalogue(None)
    found = extract_from_dir(
        PACKAGE,
        method_map=[("**.py", "python")],
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for name, line, text, comments, context in found:
        catalogue.add(
            text,
            locations=[(f"{PACKAGE.name}/{Path(name).as_posix()}", line)],
            auto_comments=comments,
            context=context,
        )
    return catalogue


def translated(code: str) -> Catalog:
    """The catalogue of a language as it stands in its ``.po`` file; an empty one where there is none."""
    path = po_file(code)
    if not path.is_file():
        return _catalogue(code)
    with path.open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


def template() -> Catalog:
    """The texts that stand in the ``.pot`` file."""
    with TEMPLATE.open("rb") as file:
        return read_po(file, domain=DOMAIN)


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The texts of a catalogue, without its header."""
    return (message for message in catalogue if message.id)


def texts_of(message: Message) -> tuple[str, ...]:
    """A text, or the one for one and the one for many."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def key_of(message: Message) -> tuple[str, ...]:
    """What a text is found by: its context, and the text itself."""
    return (message.context or "", *texts_of(message))


def translations_of(message: Message) -> tuple[str, ...]:
    """What a text is in the language: as many as it has forms; an empty one is missing."""
    if isinstance(message.id, str):
        return (str(message.string or ""),)
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return tuple(str(form or "") for form in forms)


def missing(code: str, texts: Catalog) -> list[str]:
    """The texts that a language has no translation of.

    :param texts: those of the package.
    """
    known = translated(code)
    found = []
    for message in messages(texts):
        there = known.get(message.id, message.context)
        if there is None or there.fuzzy or not all(translations_of(there)):
            found.append(texts_of(message)[0])
    return found


def compiled(catalogue: Catalog) -> bytes:
    """What stands in the ``.mo`` file of a catalogue."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def po_file(code: str) -> Path:
    """The file that translators edit."""
    return LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(code: str) -> Path:
    """The file that the program reads."""
    return po_file(code).with_suffix(".mo")


def update(texts: Catalog) -> None:
    """Write the template, and bring every language up to date with it.

    :param texts: those of the package.
    """
    LOCALES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(_written(texts))
    for code in TRANSLATED:
        catalogue = translated(code)
        catalogue.update(texts, no_fuzzy_matching=True, update_header_comment=True)
        catalogue.revision_date = catalogue.creation_date = _DATE
        po_file(code).parent.mkdir(parents=True, exist_ok=True)
        po_file(code).write_bytes(_written(catalogue))
        # Read again: the compiled file is that of the written one, whatever was in memory.
        mo_file(code).write_bytes(compiled(translated(code)))


def main(words: list[str] | None = None) -> int:
    """Run the command.

    :returns: the exit code: 1 where ``--missing`` found something.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.support.catalogues", description=__doc__)
    parser.add_argument("--missing", action="store_true", help="list what has no translation; write nothing")
    only_missing = parser.parse_args(words).missing
    texts = source()
    if not only_missing:
        update(texts)
    lacking = {code: missing(code, texts) for code in TRANSLATED}
    if only_missing:
        for code, each in lacking.items():
            for text in each:
                print(f"{code}: {text!r}")
        return 1 if any(lacking.values()) else 0
    counts = ", ".join(f"{code} {len(each)}" for code, each in lacking.items())
    print(f"{len(list(messages(texts)))} texts; not translated: {counts}")
    return 0


def _catalogue(code: str | None) -> Catalog:
    return Catalog(
        locale=code,
        domain=DOMAIN,
        project="funnel-tui",
        header_comment="# Texts of funnel-tui.",
        creation_date=_DATE,
        revision_date=_DATE,
        fuzzy=False,
    )


def _written(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=110, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
