"""``funnel quota``: what everybody has to reach, listed and set from a shell."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import click

from funnel_tui.cli.answers import answer, format_options, json_option, open_to_write, tell
from funnel_tui.cli.common import db_option, examples, open_workspace
from funnel_tui.cli.names import names_of
from funnel_tui.domain.period import Period
from funnel_tui.errors import InvalidInput, UsageError
from funnel_tui.language import tr, trn

if TYPE_CHECKING:
    from funnel_tui.domain.quotas import Holder
    from funnel_tui.services.quota_writing import QuotaOutcome
    from funnel_tui.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

WHO = tr("A rep, a team, or company.")
WHO_ALL = tr("A rep, a team, or company. May be repeated.")


@click.group(
    epilog=examples("""\
  funnel quota list
  funnel quota set "Anna Berg" 2026-Q4 500k
  funnel quota spread "Anna Berg" 2026 2m
"""),
    help=tr(
        "Set and list quotas. OWNER is a rep, a team, or the word company.\n\n"
        "PERIOD is 2026-Q1, 2026-03, 2026, 2026-01-15..2026-04-14, or words such as 'next quarter'."
    ),
)
def quota() -> None:
    """Set and list quotas. OWNER is a rep, a team, or the word company."""


def _note_option(command: Command) -> Command:
    return click.option("--note", metavar="TEXT", help=tr("Why; kept with the revision."))(command)


@quota.command(
    "set",
    epilog=examples("""\
  funnel quota set "Anna Berg" 2026-Q4 500k
  funnel quota set company 2026 "NOK 12m" --note "as agreed in May"
  funnel quota set "Anna Berg" 2026-11 12 --deals
  funnel quota set "Anna Berg" 2026-Q4 none
"""),
    help=tr("Set the quota of OWNER for PERIOD to AMOUNT, such as 500k; none takes it away."),
)
@click.argument("owner")
@click.argument("period")
@click.argument("amount")
@click.option("--deals", "in_deals", is_flag=True, help=tr("AMOUNT is a number of deals."))
@click.option("--currency", metavar="CODE", help=tr("Currency of AMOUNT; the base currency without it."))
@_note_option
@json_option
@db_option
def set_(
    owner: str, period: str, amount: str, in_deals: bool, currency: str | None, note: str | None,
    as_json: bool, db: str | None,
) -> None:  # fmt: skip
    """Set the quota of OWNER for PERIOD to AMOUNT, such as 500k; none takes it away."""
    from funnel_tui.services.quotas import set_quota

    with open_to_write(db) as workspace:
        minor, code, unit = _amount(workspace, amount, currency, in_deals=in_deals)
        made = set_quota(
            workspace,
            holder=_holder(workspace, owner),
            period=_period(workspace, period),
            amount=minor,
            unit=unit,
            currency=code,
            note=note,
        )
        _answer(workspace, made, as_json)


@quota.command(
    epilog=examples("""\
  funnel quota spread "Anna Berg" 2026 2m
  funnel quota spread North 2026-Q4 --into month
"""),
    help=tr(
        "Spread the quota of OWNER for PERIOD evenly over its quarters or months.\n\n"
        "With AMOUNT the whole quota is set first. The parts add up to it exactly."
    ),
)
@click.argument("owner")
@click.argument("period")
@click.argument("amount", required=False)
@click.option("--into", type=click.Choice(("quarter", "month")), default="quarter", show_default=True)
@click.option("--deals", "in_deals", is_flag=True, help=tr("The quota is a number of deals."))
@click.option("--currency", metavar="CODE", help=tr("Currency of AMOUNT; the base currency without it."))
@_note_option
@json_option
@db_option
def spread(
    owner: str, period: str, amount: str | None, into: str, in_deals: bool, currency: str | None,
    note: str | None, as_json: bool, db: str | None,
) -> None:  # fmt: skip
    """Spread the quota of OWNER for PERIOD evenly over its quarters or months."""
    from funnel_tui.services.quotas import spread_quota

    with open_to_write(db) as workspace:
        minor, code, unit = None, None, "deals" if in_deals else "money"
        if amount is not None:
            minor, code, unit = _amount(workspace, amount, currency, in_deals=in_deals)
        made = spread_quota(
            workspace,
            holder=_holder(workspace, owner),
            period=_period(workspace, period),
            into=into,
            amount=minor,
            unit=unit,
            currency=code,
            note=note,
        )
        _answer(workspace, made, as_json)


@quota.command(
    "raise",
    epilog=examples("""\
  funnel quota raise 2026-Q4 5
  funnel quota raise 2026-Q4 10 --owner "Anna Berg" --owner "Kari Lie" --note "new price list"
"""),
    context_settings={"ignore_unknown_options": True},
    help=tr("Raise the quotas of PERIOD by PERCENT, such as 5 or 2.5; -10 lowers them."),
)
@click.argument("period")
@click.argument("percent")
@click.option(
    "--owner", "owners", multiple=True, shell_complete=names_of("rep"), metavar="OWNER", help=WHO_ALL
)
@_note_option
@json_option
@db_option
def raise_(
    period: str, percent: str, owners: tuple[str, ...], note: str | None, as_json: bool, db: str | None
) -> None:
    """Raise the quotas of PERIOD by PERCENT, such as 5 or 2.5; -10 lowers them."""
    from funnel_tui.services.quotas import raise_quotas

    with open_to_write(db) as workspace:
        made = raise_quotas(
            workspace,
            period=_period(workspace, period),
            percent=_percent(percent),
            holders=_holders(workspace, owners),
            note=note,
        )
        _answer(workspace, made, as_json)


@quota.command(
    epilog=examples("""\
  funnel quota copy 2026-Q4
  funnel quota copy 2026-Q4 --to 2027-Q1 --owner North
"""),
    help=tr("Copy the quotas of PERIOD to the next period. Who has one there already keeps it."),
)
@click.argument("period")
@click.option("--to", "target", metavar="PERIOD", help=tr("Another period than the next."))
@click.option(
    "--owner", "owners", multiple=True, shell_complete=names_of("rep"), metavar="OWNER", help=WHO_ALL
)
@_note_option
@json_option
@db_option
def copy(
    period: str, target: str | None, owners: tuple[str, ...], note: str | None, as_json: bool, db: str | None
) -> None:
    """Copy the quotas of PERIOD to the next period. Who has one there already keeps it."""
    from funnel_tui.services.quotas import copy_quotas

    with open_to_write(db) as workspace:
        made = copy_quotas(
            workspace,
            period=_period(workspace, period),
            target=None if target is None else _period(workspace, target),
            holders=_holders(workspace, owners),
            note=note,
        )
        _answer(workspace, made, as_json)


@quota.command(
    epilog=examples("""\
  funnel quota adjust "Anna Berg" 2026-Q4 120k --note "Fjordline signs in December"
  funnel quota adjust "Anna Berg" 2026-Q4 0
"""),
    context_settings={"ignore_unknown_options": True},
    help=tr(
        "Add AMOUNT to the forecast of OWNER for PERIOD, or take it off (-20k); 0 takes the adjustment back."
    ),
)
@click.argument("owner")
@click.argument("period")
@click.argument("amount")
@click.option("--note", metavar="TEXT", help=tr("Why; needed unless AMOUNT is 0."))
@db_option
def adjust(owner: str, period: str, amount: str, note: str | None, db: str | None) -> None:
    """Add AMOUNT to the forecast of OWNER for PERIOD, or take it off (-20k); 0 takes the adjustment back."""
    from funnel_tui.cli.typed import Typed
    from funnel_tui.services.forecast_adjustments import adjust_forecast

    with open_to_write(db) as workspace:
        sign = -1 if amount.strip().startswith(("-", "−")) else 1
        minor, code = Typed(workspace).money(amount.strip().lstrip("+-−"))
        adjust_forecast(
            workspace,
            holder=_holder(workspace, owner),
            period=_period(workspace, period),
            amount_minor=sign * minor,
            currency=code,
            note=note,
        )
    tell(tr("Adjusted the forecast of {owner}.").format(owner=owner))


@quota.command(
    "list",
    epilog=examples("""\
  funnel quota list
  funnel quota list --owner "Anna Berg" --period 2026
"""),
    help=tr("List the quotas that are set; what is odd about one is marked."),
)
@click.option("--owner", shell_complete=names_of("rep"), metavar="OWNER", help=WHO)
@click.option("--period", metavar="PERIOD", help=tr("Only quotas that share a day with it."))
@format_options
@db_option
def list_(owner: str | None, period: str | None, format_: str, db: str | None) -> None:
    """List the quotas that are set; what is odd about one is marked."""
    from funnel_tui.services.reports.quota_list import quota_list

    _listed(db, quota_list, owner, period, format_)


@quota.command(
    epilog=examples("""\
  funnel quota history
  funnel quota history --owner company --period 2026-Q4 --json
"""),
    help=tr("List every revision of quotas, the latest first: who set what, when and why."),
)
@click.option("--owner", shell_complete=names_of("rep"), metavar="OWNER", help=WHO)
@click.option("--period", metavar="PERIOD", help=tr("Only quotas that share a day with it."))
@format_options
@db_option
def history(owner: str | None, period: str | None, format_: str, db: str | None) -> None:
    """List every revision of quotas, the latest first: who set what, when and why."""
    from funnel_tui.services.reports.quota_list import quota_history

    _listed(db, quota_history, owner, period, format_)


def _listed(
    db: str | None, make: Callable[..., Any], owner: str | None, period: str | None, format_: str
) -> None:
    from funnel_tui.cli.output import write_report

    with open_workspace(db, reading=True) as workspace:
        made = make(
            workspace,
            holder=None if owner is None else _holder(workspace, owner),
            period=None if period is None else _period(workspace, period),
        )
    write_report(made, format_)


def _holder(workspace: Workspace, name: str) -> Holder:
    from funnel_tui.services.reports.quota_list import holder_by_name

    with workspace.read() as reader:
        return holder_by_name(reader, name)


def _holders(workspace: Workspace, names: tuple[str, ...]) -> list[Holder] | None:
    return [_holder(workspace, name) for name in names] if names else None


def _period(workspace: Workspace, text: str) -> Period:
    settings = workspace.settings()
    return Period.parse(text, settings.fiscal_start, settings.day(workspace.clock()))


def _amount(
    workspace: Workspace, text: str, currency: str | None, *, in_deals: bool
) -> tuple[int | None, str | None, str]:
    """Amount, currency and unit of what was typed; no amount for ``none``.

    :raises InvalidInput: for anything that is no amount.
    """
    if text.strip().casefold() == "none":
        return None, None, "deals" if in_deals else "money"
    if in_deals:
        return _count(text), None, "deals"
    from funnel_tui.cli.typed import Typed

    if currency is None:
        return *Typed(workspace).money(text), "money"
    if any(letter.isalpha() and letter not in "kKmM" for letter in text):
        raise UsageError(tr("The amount and --currency both name a currency."), tr("Give one of them."))
    return *Typed(workspace).money(f"{_currency(currency)} {text}"), "money"


def _currency(text: str) -> str:
    from funnel_tui.exchange.values import BadValue, parse_currency, sentence

    try:
        return parse_currency(text)
    except BadValue as error:
        reason = sentence(error.reason)
    raise InvalidInput("currency", f"{reason[:1].upper()}{reason[1:]}")


def _count(text: str) -> int:
    from funnel_tui.exchange.quotas import parse_count
    from funnel_tui.exchange.values import BadValue

    try:
        return parse_count(text)
    except BadValue as error:
        reason = error.reason
    raise InvalidInput("amount", f"{reason}.", tr("For example 25."))


def _percent(text: str) -> Fraction:
    try:
        return Fraction(text.strip().removesuffix("%").strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        raise InvalidInput(
            "percent", tr("{text!r} is not a percentage.").format(text=text), tr("For example 5, 2.5 or -10.")
        ) from None


def _answer(workspace: Workspace, made: QuotaOutcome, as_json: bool) -> None:
    if as_json:
        from funnel_tui.cli.output import write_report

        facts = {"written": made.written, "unchanged": made.unchanged, "notes": made.notes}
        write_report(answer(workspace, "quota", facts), "json")
    if made.unchanged:
        words = trn(
            "{written:,} quota set; {unchanged:,} unchanged.",
            "{written:,} quotas set; {unchanged:,} unchanged.",
            made.written,
        )
    else:
        words = trn("{written:,} quota set.", "{written:,} quotas set.", made.written)
    tell(words.format(written=made.written, unchanged=made.unchanged))
    for note in made.notes:
        tell(note)
