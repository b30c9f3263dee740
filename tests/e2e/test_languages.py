"""Every language in a real pseudo-terminal: screens, a form, a refusal, and the marks of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.cli import json_of, ok, refused, run_funnel, run_here
from tests.support.terminal import Terminal

pytestmark = pytest.mark.e2e

ENGLISH = {"LC_ALL": "C.UTF-8", "TZ": "Europe/Oslo", "LOGNAME": "anna"}
TITLE = "Pump for Havn"


class Seen(NamedTuple):
    """What a person with a locale sees."""

    locale: str
    deals: str
    calls: str
    heading: str
    refusal: str
    amount: str
    wrong_stage: str


LANGUAGES = (
    Seen(
        *("nb_NO", "[Åpne]", "Samtale", "Ny avtale", "Tittel kan ikke være tomt.", "480\u00a0001"),
        "Ingen fase heter 'Nowhere'.",
    ),
    Seen(
        *("sv_SE", "[Öppna]", "Samtal", "Ny affär", "Titel får inte vara tomt.", "480\u00a0001"),
        "Det finns ingen fas 'Nowhere'",
    ),
    Seen(
        *("da_DK", "[Åbne]", "Opkald", "Ny aftale", "Titel må ikke være tom.", "480.001"),
        "Der er ingen fase 'Nowhere'",
    ),
    Seen(
        *("nl_NL", "[Open]", "Gesprek", "Nieuwe deal", "Titel mag niet leeg zijn.", "480.001"),
        "Er is geen fase 'Nowhere'",
    ),
)
TYPED = {
    "nb_NO": "480 000,50 NOK",
    "de_DE": "480.000,50 NOK",
    "fr_FR": "480 000,50 NOK",
    "de_CH": "480'000.50 NOK",
}
"""An amount as a form shows it to a person with a locale; its blank may be one that is never broken."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Demo data with one deal more, which every list of deals begins with."""
    path = tmp_path_factory.mktemp("languages") / "demo.db"
    ok(run_funnel("demo", "--deals", "40", "--write", path, env=ENGLISH))
    fields = ("--amount", "480000.50 NOK", "--close", "2020-01-02", "--pipeline", "New business")
    ok(run_funnel("deal", "add", TITLE, *fields, "--owner", "Anna Berg", env=ENGLISH, db=path))
    return path


def environment(locale: str) -> Mapping[str, str]:
    """The variables of somebody with a locale."""
    return {**ENGLISH, "LC_ALL": f"{locale}.UTF-8"}


def changes(database: Path) -> object:
    """What was ever written to a database."""
    return json_of(run_here("undo", "--list", "--json", env=ENGLISH, db=database))["rows"]


@pytest.mark.parametrize("seen", LANGUAGES, ids=lambda seen: seen.locale)
def test_a_person_reads_and_is_refused_in_their_language(seen: Seen, database: Path) -> None:
    with Terminal.funnel(env=environment(seen.locale), db=database) as terminal:
        terminal.wait_for(" 0 ")
        terminal.wait_quiet()
        terminal.press("1")
        terminal.wait_for(seen.deals)
        terminal.wait_for(seen.amount)
        terminal.press("n")
        terminal.wait_for(seen.heading)
        terminal.press("enter")
        terminal.wait_for(seen.refusal)
        terminal.press("escape")
        terminal.wait_gone(seen.heading)
        terminal.press("c")
        terminal.wait_for(f"{seen.calls} · {TITLE}")
        terminal.press("escape")
        terminal.wait_gone(f"{seen.calls} · {TITLE}")
        terminal.press("q")
        assert terminal.wait_exit() == 0


@pytest.mark.parametrize("seen", LANGUAGES, ids=lambda seen: seen.locale)
def test_a_command_refuses_in_the_language_of_the_user(seen: Seen, database: Path) -> None:
    command = ("deal", "move", TITLE, "--to", "Nowhere")
    refused(run_funnel(*command, env=environment(seen.locale), db=database), code=1, says=(seen.wrong_stage,))


@pytest.mark.parametrize("locale", TYPED)
def test_an_amount_with_the_marks_of_a_locale_is_saved_as_it_was(locale: str, database: Path) -> None:
    before = changes(database)
    with Terminal.funnel(env=environment(locale), db=database) as terminal:
        terminal.wait_for(" 0 ")
        terminal.wait_quiet()
        terminal.press("1")
        terminal.wait_for(TITLE)
        terminal.press("e")
        terminal.wait_until(lambda: TYPED[locale] in terminal.text.replace("\u00a0", " "), TYPED[locale])
        terminal.press("enter")
        terminal.wait_gone("ctrl+s")
        terminal.wait_quiet()
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert changes(database) == before
    (deal,) = json_of(run_here("deal", "show", TITLE, "--json", env=ENGLISH, db=database))["rows"]
    assert deal["amount"] == {"minor": 48_000_050, "currency": "NOK", "text": "480000.50"}
