"""The catalogues hold every text of the program in every language, and nothing else."""

from __future__ import annotations

import ast
import gettext
import string
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from funnel_tui.language import LANGUAGES
from tests.house.files import PACKAGE, modules, parsed, shown
from tests.support.catalogues import (
    KEYWORDS,
    TRANSLATED,
    compiled,
    key_of,
    messages,
    missing,
    mo_file,
    po_file,
    source,
    template,
    texts_of,
    translated,
    translations_of,
)

HOW = "run: python -m tests.support.catalogues"
NAMED = 20
"""So many texts are named where more are wrong."""

# What a call means is decided in these two; their arguments are those of their callers.
OWN = {"language.py", "said.py"}
SOURCES = {"funnel_tui.language", "funnel_tui.domain.said"}
CLICK_WORDS = PACKAGE / "cli" / "click_words.py"


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """The texts of the package as it is."""
    return source()


def imported(path: Path) -> set[str]:
    """Which of the functions that take texts a module imports; others may call something of its own so."""
    return {
        alias.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        and node.module in {"funnel_tui.language", "funnel_tui.domain.said"}
        for alias in node.names
        if alias.name in KEYWORDS
    }


def told(wrong: list[str]) -> str:
    """What is wrong, and how much more there is."""
    more = len(wrong) - NAMED
    return "\n".join([*wrong[:NAMED], *([f"and {more} more"] if more > 0 else [])])


def placeholders(text: str) -> set[tuple[str, str, str]]:
    """The places of values in a text: name, conversion and format. Their order and number may differ."""
    return {
        (name, conversion or "", form or "")
        for _, name, form, conversion in string.Formatter().parse(text)
        if name is not None
    }


def is_template(text: str) -> bool:
    """Whether a text can be read as a format at all; a text without values may hold any braces."""
    try:
        return bool(placeholders(text))
    except ValueError:
        return False


def ends(text: str) -> tuple[bool, bool]:
    """Whether a text begins and ends with the end of a line."""
    return text.startswith("\n"), text.endswith("\n")


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each form of a text with its translation; those that are missing left out."""
    forms = texts_of(message)
    return [
        (forms[min(place, len(forms) - 1)], translation)
        for place, translation in enumerate(translations_of(message))
        if translation
    ]


def test_every_text_is_a_literal() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno} {node.func.id}() of something that is no literal"
        for path in modules(PACKAGE)
        if path.name not in OWN
        for names in [imported(path)]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        for argument in node.args[: 1 if KEYWORDS[node.func.id] is None else 2]
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value)
    ]
    assert not wrong, told(wrong)


def test_no_text_stands_inside_an_f_string() -> None:
    """Babel does not look there before Python 3.12."""
    wrong = [
        f"{shown(path)}:{node.lineno} {ast.unparse(node)}"
        for path in modules(PACKAGE)
        for names in [imported(path)]
        for joined in ast.walk(parsed(path))
        if isinstance(joined, ast.JoinedStr)
        for node in ast.walk(joined)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]
    assert not wrong, told(wrong)


def test_the_template_holds_exactly_the_texts_of_the_source(texts: Catalog) -> None:
    there = {key_of(message) for message in messages(template())}
    wanted = {key_of(message) for message in messages(texts)}
    assert there == wanted, f"{HOW}\n{told(sorted(map(str, there ^ wanted)))}"


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {*TRANSLATED, "en"} == set(LANGUAGES)
    for code in TRANSLATED:
        assert po_file(code).is_file(), HOW
        assert mo_file(code).is_file(), HOW


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated(code: str, texts: Catalog) -> None:
    lacking = missing(code, texts)
    assert not lacking, f"{len(lacking)} texts have no translation\n{told(lacking)}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_language_has_no_texts_that_the_source_has_not(code: str, texts: Catalog) -> None:
    wanted = {key_of(message) for message in messages(texts)}
    odd = [str(key_of(one)) for one in messages(translated(code)) if key_of(one) not in wanted]
    assert not odd, f"{HOW}\n{told(odd)}"


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_take_the_values_of_their_texts(code: str) -> None:
    wrong = []
    for message in messages(translated(code)):
        forms = texts_of(message)
        # The text for one may leave its number out, and so may its translation.
        every = set().union(*(placeholders(text) for text in forms if is_template(text)))
        for text, translation in pairs(message):
            if not every:
                continue
            try:
                found = placeholders(translation)
            except ValueError as error:
                wrong.append(f"{translation!r}: {error}")
                continue
            least = placeholders(forms[-1]) if text == forms[-1] else placeholders(text) - {("n", "", "")}
            if not least <= found <= every:
                wrong.append(f"{text!r} is {translation!r}")
    assert not wrong, told(wrong)


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_the_line_ends_of_their_texts(code: str) -> None:
    wrong = [
        f"{text!r} is {translation!r}"
        for message in messages(translated(code))
        for text, translation in pairs(message)
        if ends(text) != ends(translation)
    ]
    assert not wrong, told(wrong)


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_the_program_reads_is_what_translators_wrote(code: str) -> None:
    catalogue = translated(code)
    assert mo_file(code).read_bytes() == compiled(catalogue), HOW
    with mo_file(code).open("rb") as file:
        read = gettext.GNUTranslations(BytesIO(file.read()))
    for message in messages(catalogue):
        one, translation = texts_of(message)[0], translations_of(message)
        if not all(translation):
            continue
        if message.context:
            assert read.pgettext(message.context, one) == translation[0]
        elif len(texts_of(message)) == 1:
            assert read.gettext(one) == translation[0]
        else:
            many = texts_of(message)[1]
            assert [read.ngettext(one, many, number) for number in (1, 2)] == list(translation)


def test_the_words_of_click_are_those_it_asks_for() -> None:
    """A word that click says otherwise now would be said in English."""
    found = extract_from_dir(Path(click.__file__).parent, keywords={"_": None, "ngettext": (1, 2)})
    asked = {text if isinstance(text, tuple) else (text,) for _, _, text, _, _ in found}
    ours = {
        tuple(str(ast.literal_eval(argument)) for argument in node.args[: 2 if node.func.id == "trn" else 1])
        for node in ast.walk(parsed(CLICK_WORDS))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
    }
    assert ours
    assert not ours - asked, f"click {version('click')} says these otherwise: {sorted(ours - asked)}"
