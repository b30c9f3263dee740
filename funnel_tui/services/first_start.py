"""The first start: whether there is anything yet, good guesses, and beginning with what was answered.

What writes is imported when something is written: every start of the program asks whether it is the first.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from funnel_tui.domain.first_start import FirstAnswers
from funnel_tui.domain.scope import TeamSettings
from funnel_tui.errors import InvalidInput
from funnel_tui.formats import locale_of
from funnel_tui.language import tr
from funnel_tui.queries.first_start import any_open, is_used
from funnel_tui.services.workspace import LEARNING, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funnel_tui.services.transaction import Transaction

LOCALTIME = Path("/etc/localtime")
TIMEZONE = Path("/etc/timezone")


def is_first_start(workspace: Workspace) -> bool:
    """Whether nothing was ever changed in the database: no pipeline, no deal, no setting."""
    with workspace.read() as reader:
        return not is_used(reader, LEARNING)


def any_open_deal(workspace: Workspace) -> bool:
    """Whether any deal is open: where all are closed, the list of deals begins empty."""
    with workspace.read() as reader:
        return any_open(reader)


def guess_answers(environment: Mapping[str, str], actor: str) -> FirstAnswers:
    """What the machine tells of its user.

    :param environment: such as ``os.environ``.
    :param actor: the name of the login, or the one of the settings file.
    """
    return FirstAnswers(
        name=actor,
        currency=guess_currency(environment),
        time_zone=guess_time_zone(environment),
        currency_guessed=True,
    )


def guess_currency(environment: Mapping[str, str]) -> str:
    """The currency of the country in the locale, by Babel; the usual one where no country is named."""
    country = (locale_of(environment, "LC_MONETARY") or "").partition("_")[2][:2].upper()
    if country:
        from babel.numbers import get_territory_currencies

        found = get_territory_currencies(country)
        if found:
            return str(found[0])
    return TeamSettings().base_currency


def guess_time_zone(
    environment: Mapping[str, str], localtime: Path = LOCALTIME, timezone: Path = TIMEZONE
) -> str:
    """The IANA name of the machine's time zone: of ``TZ``, else of the files of the system, else UTC."""
    known = all_time_zones()
    named = environment.get("TZ", "").removeprefix(":")
    texts = [named]
    if not named:
        with suppress(OSError, UnicodeError):
            texts.append(timezone.read_text(encoding="utf-8").strip())
        texts.append(os.path.realpath(localtime))
    for text in texts:
        # A link into the folder of zones: …/zoneinfo/Europe/Oslo.
        name = text.rpartition("/zoneinfo/")[2]
        for prefix in ("posix/", "right/"):
            name = name.removeprefix(prefix)
        if name in known:
            return "UTC" if name == "Etc/UTC" else name
    return TeamSettings().time_zone


@cache
def all_time_zones() -> frozenset[str]:
    """The IANA names of all time zones there are on this machine."""
    known = available_timezones() - {"localtime"}
    return frozenset(zone for zone in known if not zone.startswith(("posix/", "right/")))


def check_answers(answers: FirstAnswers) -> tuple[FirstAnswers, dict[str, str]]:
    """The answers as they are stored, and what is wrong with them by field."""
    from funnel_tui.exchange.values import BadValue, parse_currency, visible
    from funnel_tui.models.inputs import RepCreate, checked
    from funnel_tui.services.settings import check_setting

    clean: dict[str, Any] = asdict(answers)
    wrong: dict[str, str] = {}
    try:
        clean["currency"] = parse_currency(answers.currency)
    except BadValue:
        words = tr("{text!r} is no currency; write a code such as EUR.")
        wrong["currency"] = words.format(text=visible(answers.currency))
    try:
        clean["time_zone"] = str(check_setting("time_zone", answers.time_zone))
    except InvalidInput as error:
        wrong["time_zone"] = str(error)
    try:
        clean["name"] = checked(RepCreate, {"name": answers.name}).name
    except InvalidInput as error:
        wrong["name"] = str(error)
    return FirstAnswers(**clean), wrong


def put_answers(call: Transaction, answers: FirstAnswers) -> None:
    """Write the answers as settings of the team, and the user as a rep, as part of a call.

    :raises InvalidInput: for an answer that is not acceptable.
    """
    from funnel_tui.models import Rep, Setting
    from funnel_tui.queries.names import names

    clean, wrong = check_answers(answers)
    for field, message in wrong.items():
        raise InvalidInput(field, message)
    # Somebody else may have begun meanwhile.
    for key, value in (("base_currency", clean.currency), ("time_zone", clean.time_zone)):
        rows = call.reader.rows("SELECT key, value FROM setting WHERE key = :key", {"key": key})
        before = {"key": rows[0][0], "value": rows[0][1]} if rows else None
        call.put(Setting, before, {"key": key, "value": value})
    if not any(name.casefold() == clean.name.casefold() for _, name in names(call.reader, "rep")):
        call.insert(Rep, {"name": clean.name})


def begin_empty(
    workspace: Workspace,
    *,
    answers: FirstAnswers,
    name: str,
    staging: str,
    record_demand: bool,
    stages: Sequence[Mapping[str, Any]],
) -> None:
    """Begin with a pipeline, the settings and the user as a rep: one call, one change group.

    :param name: of the pipeline; the other parameters are as in ``create_pipeline``.
    :raises InvalidInput: for a value that is not acceptable; nothing is written then.
    """
    from funnel_tui.services.pipelines import create_pipeline
    from funnel_tui.services.together import together

    with together(workspace, "set_up") as within:
        # First, because it has to be alone.
        create_pipeline(within, name=name, staging=staging, record_demand=record_demand, stages=stages)
        put_answers(within.call, answers)
        within.call.summary = tr("Set up pipeline {pipeline}, {rep}, {currency}, {time_zone}").format(
            pipeline=name, rep=answers.name, currency=answers.currency, time_zone=answers.time_zone
        )
