"""The form of an interaction by keys: three keys for a call, all else by tab, errors under the field."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from textual import events

from funnel_tui.dialogs.interaction_wishes import LogDesk, LogSubject, LogWish
from funnel_tui.dialogs.log_form import LogForm
from funnel_tui.dialogs.wishes import Pick
from funnel_tui.domain.interactions import KINDS, InteractionFact, KindFact
from funnel_tui.domain.period import DAY_SECONDS
from funnel_tui.domain.status import Direction
from tests.support.driving import SIZES
from tests.ui.dialogs import NOW, PEOPLE, READER, Directory, answer, focus, go, seen, showing, write

KIND_FACTS = tuple(KindFact(number, name, step) for number, (name, step) in enumerate(KINDS.items(), 1))
DEAL = LogSubject(31, name="Fjordline fleet renewal")
TODAY = NOW // DAY_SECONDS
CALL = InteractionFact(
    id=5, version=3, at=NOW - DAY_SECONDS + 17, kind="Call", kind_id=1, direction=Direction.IN,
    outcome="voicemail", planned=False, duration_seconds=90, owner="Bo Lund", owner_id=6, deal_id=31,
    deal="Fjordline fleet renewal", organisation_id=1, organisation="Fjordline AS", person_id=7,
    person="Kari Lie", note="Rang twice.",
)  # fmt: skip


def desk(**changes: Any) -> LogDesk:
    """Everything there is to choose from."""
    return LogDesk(
        **{
            "subject": DEAL,
            "organisation": "Fjordline AS",
            "kinds": KIND_FACTS,
            "reps": ((5, "Anna Berg"), (6, "Bo Lund")),
            "owner_id": 5,
            "reader": READER,
            "find_person": Directory(PEOPLE),
            "suggest": True,
            **changes,
        }
    )


def form(kind: str | None = "Call", *, more: dict[str, Any] | None = None, **changes: Any) -> LogForm:
    """The form with its choices at hand."""
    reading: Future[LogDesk] = Future()
    reading.set_result(desk(**changes))
    return LogForm(reading, kind, **(more or {}))


@pytest.mark.parametrize("size", SIZES)
async def test_a_call_takes_the_outcome_and_enter(size: tuple[int, int]) -> None:
    async with showing(form(), size=size) as driver:
        assert focus(driver) == "pick"
        for words in ("Call · Fjordline fleet renewal · Fjordline AS", "1  no answer", "3  conversation"):
            assert words in driver.text
        for label in ("When", "Duration", "Person", "Who", "Note", "Next task", "Due"):
            assert label in driver.text
        await driver.press("3")
        assert "Send what was agreed" in driver.text
        await driver.press("enter")
        wish = answer(driver)
        assert isinstance(wish, LogWish)
        assert (wish.kind, wish.outcome, wish.planned, wish.at) == ("Call", "conversation", False, None)
        assert (wish.direction, wish.owner_id, wish.subject) == (Direction.OUT, 5, DEAL)
        assert wish.next is not None
        assert (wish.next.kind, wish.next.title) == ("email", "Send what was agreed")


async def test_no_next_task_is_suggested_where_there_is_one_already() -> None:
    async with showing(form(suggest=False)) as driver:
        await driver.press("3", "enter")
        assert answer(driver).next is None


@pytest.mark.parametrize(
    ("keys", "kind", "outcome"),
    [
        (["2", "1"], "Email", "sent"),
        (["m", "1"], "Meeting", "held"),
        (["p", "r", "2"], "Proposal", "accepted"),
        (["7"], "Note", None),
        (["c", "enter"], "Call", None),
    ],
)
async def test_the_kind_is_chosen_first_by_digit_or_letter(
    keys: list[str], kind: str, outcome: str | None
) -> None:
    async with showing(form(None)) as driver:
        assert "4  Proposal" in driver.text
        await driver.press(*keys)
        if not isinstance(driver.app.screen, LogForm):  # enter without an outcome saves too
            assert (answer(driver).kind, answer(driver).outcome) == (kind, outcome)
            return
        assert kind in driver.line(kind)
        await driver.press("enter")
        assert (answer(driver).kind, answer(driver).outcome) == (kind, outcome)


async def test_any_other_outcome_can_be_typed() -> None:
    async with showing(form()) as driver:
        await driver.type("wrong number")
        assert "new: wrong number" in driver.text
        await driver.press("enter")
        assert answer(driver).outcome == "wrong number"


async def test_keys_pressed_before_the_form_is_there_are_kept() -> None:
    reading: Future[LogDesk] = Future()
    dialog = LogForm(reading, "Call")
    async with showing(dialog) as driver:
        for key in ("3", "enter"):
            driver.app.post_message(events.Key(key, "\r" if key == "enter" else key))
        await driver.pilot.pause(0.4)
        assert not driver.app.answers  # type: ignore[attr-defined]
        reading.set_result(desk())
        await driver.settle()
        assert answer(driver).outcome == "conversation"


async def test_kind_and_outcome_typed_in_one_burst_go_where_they_were_meant() -> None:
    async with showing(form(None)) as driver:
        for key in ("2", "1", "enter"):
            driver.app.post_message(events.Key(key, "\r" if key == "enter" else key))
        await driver.settle()
        assert (answer(driver).kind, answer(driver).outcome) == ("Email", "sent")


async def test_everything_else_is_reached_by_tab() -> None:
    async with showing(form()) as driver:
        await driver.type("conversation")
        await write(driver, "at", "yesterday 14:30")
        assert "yesterday" in driver.text
        await go(driver, "direction")
        await driver.press("right")
        await write(driver, "duration", "1h30")
        await write(driver, "person", "kari")
        await driver.press("tab")
        await go(driver, "owner")
        await driver.press("right")
        await write(driver, "note", "Wants the price.")
        await driver.press("tab")
        await go(driver, "next")
        await driver.type("meeting")
        await go(driver, "title")
        await driver.type(" and sign")
        await driver.press("ctrl+s")
        wish = answer(driver)
        assert wish.at.at == (TODAY - 1) * DAY_SECONDS + 14 * 3600 + 30 * 60
        assert (wish.direction, wish.duration_seconds) == (Direction.IN, 5400)
        assert (wish.person, wish.owner_id, wish.note) == (Pick("Kari Lie", 7), 6, "Wants the price.")
        assert (wish.next.kind, wish.next.title) == ("meeting", "Send what was agreed and sign")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("duration", "-5m", "less than nothing"),
        ("duration", "a while", "not a duration"),
        ("duration", "500h", "longer than a week"),
        ("at", "tomorrow 10:00", "has not come yet"),
        ("at", "never", "never"),
    ],
)
async def test_what_is_wrong_is_said_under_the_field(field: str, text: str, words: str) -> None:
    async with showing(form()) as driver:
        await driver.press("3")
        await write(driver, field, text)
        await driver.press("enter")
        assert not driver.app.answers  # type: ignore[attr-defined]
        assert focus(driver) == field
        assert words in " ".join(seen(driver).split())


async def test_something_planned_needs_a_time_and_has_no_outcome() -> None:
    async with showing(form()) as driver:
        await driver.press("3")
        await go(driver, "status")
        await driver.press("right", "enter")
        assert "no outcome yet" in driver.text
        assert focus(driver) == "pick"
        await driver.press("backspace")
        await driver.press("enter")
        assert focus(driver) == "at"
        await driver.type("tomorrow 10:00")
        await driver.press("enter")
        wish = answer(driver)
        assert (wish.planned, wish.outcome, wish.next) == (True, None, None)
        assert wish.at.at == (TODAY + 1) * DAY_SECONDS + 10 * 3600


async def test_an_edit_begins_with_what_there_is_and_keeps_what_is_not_touched() -> None:
    changes = {"fact": CALL, "fact_day": TODAY - 1, "person": Pick("Kari Lie", 7), "owner_id": 6}
    async with showing(form(None, **changes)) as driver:
        for words in ("Edit: Call", "voicemail", "Fri 20 Nov 2026", "90s", "Kari Lie", "Rang twice."):
            assert words in driver.text
        assert "Next task" not in driver.text
        await write(driver, "duration", "2m")
        await driver.press("enter")
        wish = answer(driver)
        assert (wish.interaction_id, wish.version, wish.at) == (5, 3, None)
        assert (wish.outcome, wish.duration_seconds, wish.note) == ("voicemail", 120, "Rang twice.")


async def test_what_is_typed_is_told_and_a_draft_is_taken_up() -> None:
    told: list[Any] = []
    async with showing(form(more={"when_changed": told.append})) as driver:
        await driver.press("2")
        await write(driver, "note", "Half a")
        await driver.press("escape")
        assert answer(driver) is None
    assert (told[-1]["pick"], told[-1]["note"]) == ("voicemail", "Half a")
    async with showing(form(draft=told[-1])) as driver:
        assert "Half a" in driver.text
        await driver.press("3", "enter")
        assert (answer(driver).outcome, answer(driver).note) == ("conversation", "Half a")


async def test_a_refusal_of_the_service_stands_under_its_field() -> None:
    more = {"errors": {"at": "That is before the deal existed."}}
    async with showing(form(more=more)) as driver:
        assert "That is before the deal existed." in driver.text
        assert focus(driver) == "at"


async def test_user_text_is_data() -> None:
    subject = LogSubject(31, name="[red]Acme[/] \x1b[2J")
    async with showing(form(subject=subject, organisation="[/x]")) as driver:
        assert "[red]Acme[/]" in driver.text
        assert "\x1b" not in seen(driver)
