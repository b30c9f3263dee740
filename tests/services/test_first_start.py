"""The first start: guesses from the machine, the name in the settings file, what a first import writes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.errors import FunnelError, InvalidInput
from funnel_tui.services.first_start import (
    begin_empty,
    check_answers,
    guess_currency,
    guess_time_zone,
    is_first_start,
)
from funnel_tui.services.history import redo, undo
from funnel_tui.services.importing import ImportOptions, ImportRefused, run_import
from funnel_tui.services.importing.preview import Choices, look, options_of, rehearse
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.settings import set_setting
from funnel_tui.services.user_file import remember_user, with_user
from funnel_tui.services.workspace import Workspace

ANSWERS = FirstAnswers(name="Anna Berg", currency="NOK", time_zone="Europe/Oslo", currency_guessed=True)
DEALS = "id,title,stage,amount,currency,created\n1,Fjord,Lead,100,{currency},2026-11-02\n"


@pytest.fixture
def workspace(db_url: str) -> Workspace:
    """A workspace on a database that nobody has used."""
    return open_workspace(Target.parse(db_url), actor="anna")


@pytest.mark.parametrize(
    ("environment", "currency"),
    [
        ({"LANG": "nb_NO.UTF-8"}, "NOK"),
        ({"LANG": "en_US.UTF-8", "LC_MONETARY": "sv_SE.UTF-8"}, "SEK"),
        ({"LC_ALL": "da_DK", "LC_MONETARY": "sv_SE.UTF-8"}, "DKK"),
        ({"LANG": "nl_NL.UTF-8@euro"}, "EUR"),
        ({"LANG": "C.UTF-8"}, "EUR"),
        ({"LANG": "nb"}, "EUR"),
        ({"LANG": "xx_ZZ"}, "EUR"),
        ({}, "EUR"),
    ],
)
def test_the_currency_is_that_of_the_country_in_the_locale(
    environment: dict[str, str], currency: str
) -> None:
    assert guess_currency(environment) == currency


def test_the_time_zone_is_that_of_the_machine(tmp_path: Path) -> None:
    zones = tmp_path / "zoneinfo" / "Europe"
    zones.mkdir(parents=True)
    (zones / "Oslo").touch()
    link, named, none = tmp_path / "localtime", tmp_path / "timezone", tmp_path / "nothing"
    link.symlink_to(zones / "Oslo")
    named.write_text("America/New_York\n")
    assert guess_time_zone({"TZ": "Asia/Tokyo"}, link, named) == "Asia/Tokyo"
    assert guess_time_zone({"TZ": ":Asia/Tokyo"}, link, named) == "Asia/Tokyo"
    assert guess_time_zone({"TZ": "CET-1CEST"}, link, named) == "UTC"
    assert guess_time_zone({}, link, named) == "America/New_York"
    assert guess_time_zone({}, link, none) == "Europe/Oslo"
    assert guess_time_zone({}, none, none) == "UTC"


def test_what_is_wrong_with_the_answers_is_told_by_field() -> None:
    clean, wrong = check_answers(FirstAnswers(name=" Anna ", currency="nok", time_zone="europe/oslo"))
    assert (clean.name, clean.currency, clean.time_zone, wrong) == ("Anna", "NOK", "Europe/Oslo", {})
    _, wrong = check_answers(FirstAnswers(name="", currency="kroner", time_zone="Atlantis"))
    assert set(wrong) == {"name", "currency", "time_zone"}


def test_beginning_empty_is_one_change_that_can_be_taken_back(workspace: Workspace) -> None:
    assert is_first_start(workspace)
    begin_empty(
        workspace,
        answers=ANSWERS,
        name="Sales",
        staging="manual",
        record_demand=False,
        stages=[{"name": "Lead"}],
    )
    assert not is_first_start(workspace)
    assert workspace.settings().base_currency == "NOK"
    undo(workspace)
    assert workspace.settings().base_currency == "EUR"
    with workspace.read() as reader:
        assert reader.rows("SELECT 1 FROM pipeline") == []
        assert reader.rows("SELECT 1 FROM rep") == []
    assert not is_first_start(workspace)  # there is something to bring back
    redo(workspace)
    assert workspace.settings().time_zone == "Europe/Oslo"


def test_a_bad_pipeline_writes_no_answer_either(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        begin_empty(
            workspace,
            answers=ANSWERS,
            name="",
            staging="manual",
            record_demand=False,
            stages=[{"name": "Lead"}],
        )
    assert is_first_start(workspace)


@pytest.mark.parametrize(
    ("guessed", "currency", "base"), [(True, "USD", "USD"), (True, "", "NOK"), (False, "USD", "NOK")]
)
def test_the_first_import_brings_the_answers(
    workspace: Workspace, tmp_path: Path, guessed: bool, currency: str, base: str
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS.format(currency=currency))
    first = FirstAnswers(name="Anna Berg", currency="NOK", time_zone="Europe/Oslo", currency_guessed=guessed)
    options = ImportOptions(kind="deals", files=(str(path),), first=first)
    assert rehearse(workspace, options).new == 1
    assert is_first_start(workspace)
    run_import(workspace, options)
    assert workspace.settings().base_currency == base
    with workspace.read() as reader:
        (created,), (reps,) = (
            reader.rows("SELECT created_at FROM deal")[0],
            reader.rows("SELECT count(*) FROM rep WHERE name = 'Anna Berg'")[0],
        )
        assert (created % 86_400, reps) == (23 * 3600, 1)  # midnight in Oslo
    undo(workspace)
    with workspace.read() as reader:
        assert reader.rows("SELECT 1 FROM setting") == []


def test_a_refused_first_import_brings_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(DEALS.format(currency="kroner"))
    options = ImportOptions(kind="deals", files=(str(path),), first=ANSWERS)
    with pytest.raises(ImportRefused):
        run_import(workspace, options)
    assert is_first_start(workspace)


def test_a_rehearsal_disturbs_nobody(tmp_path: Path) -> None:
    source = tmp_path / "funnel.db"
    workspace = open_workspace(Target(path=source), actor="anna")
    set_setting(workspace, name="idle_days", value=20)
    path = tmp_path / "deals.csv"
    path.write_text(DEALS.format(currency="USD"))
    told: list[str] = []

    def progress(doing: str, done: int, whole: int) -> None:
        if not told:
            set_setting(workspace, name="idle_days", value=21)  # somebody else writes meanwhile
        told.append(doing)

    seen = look(path, Choices(), workspace.settings())
    outcome = rehearse(workspace, options_of(path, seen, Choices(), progress=progress))
    assert outcome.new == 1
    assert told
    assert workspace.settings().idle_days == 21
    with workspace.read() as reader:
        assert reader.rows("SELECT 1 FROM deal") == []
    workspace.database.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 'user = "Kari \\"K\\" Lie"\n'),
        ('theme = "light"\n', 'user = "Kari \\"K\\" Lie"\ntheme = "light"\n'),
        (
            '# mine\nuser = "old" # x\n[keymap]\nuser = "u"\n',
            '# mine\nuser = "Kari \\"K\\" Lie"\n[keymap]\nuser = "u"\n',
        ),
        ('[keymap]\nwin = "W"\n', 'user = "Kari \\"K\\" Lie"\n[keymap]\nwin = "W"\n'),
    ],
)
def test_the_name_is_put_into_the_settings_file_and_all_else_stays(text: str, expected: str) -> None:
    made = with_user(text, 'Kari "K" Lie')
    assert made == expected
    assert tomllib.loads(made)["user"] == 'Kari "K" Lie'


def test_a_settings_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert remember_user("Anna", path) == path
    assert path.read_text() == 'user = "Anna"\n'
    (tmp_path / "file").touch()
    with pytest.raises(FunnelError, match="could not be kept"):
        remember_user("Anna", tmp_path / "file" / "config.toml")
