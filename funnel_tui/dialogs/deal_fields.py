"""The fields of a deal in forms: as text, what was understood of them, and as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from funnel_tui.dialogs.part_fields import demand_echo, read_demand, read_tags, role_of, role_text, tags_text
from funnel_tui.dialogs.wishes import (
    DealChoices,
    DealValues,
    Finding,
    Named,
    Pick,
    PipelineOption,
    Reader,
    StageOption,
    Suggestion,
)
from funnel_tui.domain.demand import HELP as DEMAND_HELP
from funnel_tui.domain.finding import fold
from funnel_tui.domain.moments import Moment
from funnel_tui.domain.money import Money
from funnel_tui.domain.period import day_number, day_of
from funnel_tui.domain.phrases import name_day
from funnel_tui.domain.scope import Scope
from funnel_tui.domain.shown import NO_VALUE, money_text
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.widgets.words import days_ago, in_days, role_words

LABELS = {
    "title": tr("Title"),
    "organisation": tr("Organisation"),
    "person": tr("Person"),
    "role": tr("Role"),
    "pipeline_id": tr("Pipeline"),
    "stage_id": tr("Stage"),
    "owner_id": tr("Owner"),
    "amount": tr("Amount"),
    "expected_close": tr("Expected close"),
    "probability_bp": tr("Probability"),
    "source": tr("Source"),
    "tags": tr("Tags"),
    "note": tr("Note"),
}
"""The fields of the form in order, and how people call them."""

ASKED = "demand"
"""What the customer asks for: no field of the form, but asked on the way to another stage."""

ALIASES = {
    "amount_minor": "amount",
    "currency": "amount",
    "organisation_id": "organisation",
    "person_id": "person",
    "source_id": "source",
    "probability": "probability_bp",
}
"""Names under which services and stages know a field of the form."""

HELP = {
    "amount": tr("480k, 1.2m, 480 000,50 or USD 5000"),
    "expected_close": tr("fri, +2w, 12 dec, 2026-12-12 or end of month"),
    "tags": tr("between commas; a new one is made"),
    "note": tr("enter begins a new line, ctrl+s saves"),
    ASKED: DEMAND_HELP,
}

OPTIONAL_NOTE = tr("optional; {how}").format(how=HELP["note"])
PLACES = ("pipeline_id", "stage_id")
"""Where a deal is: chosen for a new one, moved afterwards."""

UNSETTLED = ""


def starting_values(choices: DealChoices, scope: Scope | None, me: str | None = None) -> DealValues:
    """What a new deal begins with: the pipeline and the rep that are looked at, the first stage.

    :param scope: what is looked at, or None.
    :param me: the rep who types; the owner where the scope names none.
    """
    wanted = {fold(name) for name in (scope.pipelines if scope else ())}
    pipeline = next((one for one in choices.pipelines if fold(one.name) in wanted), choices.pipelines[0])
    stage = next((one for one in pipeline.stages if not one.refused), None)
    names = [fold(name) for name in ((scope.owner if scope else None), me) if name]
    by_name = {fold(name): number for number, name in reversed(choices.reps)}
    owner = next((by_name[name] for name in names if name in by_name), None)
    if owner is None:
        owner = choices.reps[0][0] if choices.reps else 0
    return DealValues(pipeline.id, stage.id if stage else 0, owner)


def texts_of(values: DealValues) -> dict[str, str]:
    """What the fields hold for a deal: also what drafts are made of."""
    return {
        "title": values.title,
        "organisation": values.organisation.name if values.organisation else "",
        "organisation_id": pick_text(values.organisation),
        "person": values.person.name if values.person else "",
        "person_id": pick_text(values.person),
        "role": role_text(values.role),
        "pipeline_id": str(values.pipeline_id),
        "stage_id": str(values.stage_id),
        "owner_id": str(values.owner_id),
        "amount": amount_text(values.amount),
        "expected_close": name_day(values.expected_close) if values.expected_close else "",
        "probability_bp": percent_words(values.probability_bp),
        "source": values.source or "",
        "tags": tags_text(values.tags),
        "note": values.note or "",
    }


def pick_text(pick: Pick | None) -> str:
    """What tells in a draft whether a name was picked, made new, or neither."""
    if pick is None:
        return UNSETTLED
    return "new" if pick.id is None else str(pick.id)


def pick_of(texts: Mapping[str, str], field: str) -> Pick | None:
    """The organisation or person that a draft names; None when that was not settled."""
    name, number = texts.get(field, ""), texts.get(f"{field}_id", UNSETTLED)
    if not name.strip() or number == UNSETTLED:
        return None
    return Pick(name, number_of(number) or None)


def number_of(text: str) -> int:
    """The number in a draft; 0 when there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def stages_of(pipeline: PipelineOption) -> list[Named]:
    """The stages that can be chosen."""
    return [(stage.id, stage.name) for stage in pipeline.stages if not stage.refused]


def shown_texts(texts: Mapping[str, str], choices: DealChoices) -> dict[str, str]:
    """The fields as people read them: owner and role by name."""
    shown = dict(texts)
    role = role_of(number_of(texts.get("role", "")))
    shown["role"] = role_words(role) if role else NO_VALUE
    number = number_of(texts.get("owner_id", ""))
    shown["owner_id"] = next((name for known, name in choices.reps if known == number), NO_VALUE)
    return shown


def amount_text(amount: Money | None) -> str:
    """An amount as it stands in a field: ``480,000 NOK``."""
    if amount is None:
        return ""
    return money_text(amount, decimals=amount.major.denominator != 1, currency=True)


def percent_words(bp: int | None) -> str:
    """A probability as it stands in a field: ``42 %``."""
    return "" if bp is None else f"{bp / 100:g} %"


def amount_echo(text: str, reader: Reader) -> str:
    """The amount as it was understood; empty when nothing is typed."""
    found = reader.money(text)
    return "" if found is None else f"= {money_text(found, currency=True)}"


def day_echo(text: str, reader: Reader) -> str:
    """The day as it was understood: ``= Fri 4 Dec 2026 · in 13 days``; empty when nothing is typed."""
    found = reader.day(text)
    return "" if found is None else f"= {name_day(found)} · {_away((found - reader.today).days)}"


def moment_echo(moment: Moment | None, reader: Reader) -> str:
    """A day with or without a time as it was understood: ``= Fri 27 Nov 2026 14:30 · in 6 days``."""
    if moment is None:
        return ""
    day = day_of(moment.day)
    return f"= {moment_text(moment, reader)} · {_away((day - reader.today).days)}"


def moment_text(moment: Moment, reader: Reader) -> str:
    """A moment as it stands in a field: ``Fri 27 Nov 2026 14:30``."""
    clock = "" if moment.at is None else f" {reader.spell(moment)[-5:]}"
    return f"{name_day(day_of(moment.day))}{clock}"


def probability_echo(text: str, reader: Reader, stage: StageOption | None) -> str:
    """The probability that will hold, and where it comes from."""
    found = reader.percent(text)
    if stage is None:
        if found is None:
            return tr("empty: that of the stage")
        return tr("= {percent} instead of that of the stage").format(percent=percent_words(found))
    usual = percent_words(stage.probability_bp)
    if found is None:
        return tr("empty: {usual} of {stage}").format(usual=usual, stage=stage.name)
    words = tr("= {percent} instead of {usual} of {stage}")
    return words.format(percent=percent_words(found), usual=usual, stage=stage.name)


def is_long_past(field: str, text: str, reader: Reader) -> bool:
    """Whether a field holds a day that was before yesterday.

    :raises InvalidInput: when the text makes no sense.
    """
    found = reader.day(text) if field == "expected_close" else None
    return found is not None and (found - reader.today).days < -1


def _away(days: int) -> str:
    if abs(days) <= 1:
        return {-1: tr("yesterday"), 0: tr("today"), 1: tr("tomorrow")}[days]
    return in_days(days) if days > 0 else days_ago(-days)


def read_amount(text: str, reader: Reader) -> dict[str, object]:
    """Amount and currency as a service takes them."""
    return amount_values(reader.money(text))


def amount_values(amount: Money | None) -> dict[str, object]:
    """Amount and currency as a service takes them."""
    return {
        "amount_minor": None if amount is None else amount.minor,
        "currency": None if amount is None else amount.currency,
    }


def read_day(text: str, reader: Reader) -> dict[str, object]:
    """The expected close as a day number."""
    return {"expected_close": day_value(reader.day(text))}


def day_value(day: date | None) -> int | None:
    """A day as services take it: days since 1970-01-01."""
    return None if day is None else day_number(day)


def values_of(values: DealValues) -> dict[str, object]:
    """A deal as a service takes it."""
    return {
        "title": values.title,
        "organisation": values.organisation,
        "person": values.person,
        "role": values.role,
        "pipeline_id": values.pipeline_id,
        "stage_id": values.stage_id,
        "owner_id": values.owner_id,
        **amount_values(values.amount),
        "expected_close": day_value(values.expected_close),
        "probability_bp": values.probability_bp,
        "source": values.source,
        "tags": values.tags,
        "note": values.note,
    }


READERS: Mapping[str, Callable[[str, Reader], dict[str, object]]] = {
    "title": lambda text, reader: {"title": reader.line(text, "title", needed=True, limit="title")},
    "amount": read_amount,
    "expected_close": read_day,
    "probability_bp": lambda text, reader: {"probability_bp": reader.percent(text)},
    "source": lambda text, reader: {"source": reader.line(text, "source")},
    "tags": lambda text, reader: {"tags": read_tags(text, reader)},
    "note": lambda text, reader: {"note": reader.note(text)},
    ASKED: lambda text, reader: {ASKED: read_demand(text, reader)},
}
"""How the text of a field becomes values."""


def read_pick(pick: Pick | None, field: str, reader: Reader) -> Pick | None:
    """A picked organisation or person; the name of a new one is checked."""
    if pick is None or pick.id is not None:
        return pick
    name = reader.line(pick.name, field)
    if name is None:
        raise InvalidInput(field, tr("{field} must not be empty.").format(field=LABELS[field]))
    return Pick(name)


def echo(field: str, text: str, reader: Reader, stage: StageOption | None) -> str:
    """What to say under a field of text.

    :raises InvalidInput: when it makes no sense (yet).
    """
    if field == "amount":
        return amount_echo(text, reader)
    if field == "expected_close":
        return day_echo(text, reader)
    if field == "probability_bp":
        return probability_echo(text, reader, stage)
    if field == ASKED:
        return demand_echo(text, reader)
    if field in READERS and text.strip():
        READERS[field](text, reader)
    return ""


def word_finding(words: Sequence[str]) -> Finding:
    """Finds known words that contain what is typed; those that begin with it come first."""

    def find(text: str) -> list[Suggestion]:
        wanted = fold(text)
        found = [
            (not fold(word).startswith(wanted), at, word)
            for at, word in enumerate(words)
            if wanted in fold(word)
        ]
        return [Suggestion(at, word) for _, at, word in sorted(found)]

    return find


def needed_by(stage: StageOption | None) -> set[str]:
    """The fields of the form that a stage asks for."""
    return {ALIASES.get(name, name) for name in stage.required} if stage else set()
