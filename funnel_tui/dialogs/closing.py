"""Winning and losing a deal."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from funnel_tui.dialogs.deal_fields import (
    ASKED,
    HELP,
    OPTIONAL_NOTE,
    amount_echo,
    amount_text,
    amount_values,
    moment_echo,
    read_amount,
)
from funnel_tui.dialogs.form import Form, Refusals
from funnel_tui.dialogs.missing import Missing
from funnel_tui.dialogs.numbered import Numbered, NumberedForm
from funnel_tui.dialogs.part_fields import demand_echo, read_demand
from funnel_tui.dialogs.picker import Picker
from funnel_tui.dialogs.wishes import DealSubject, LoseWish, Reader, WinWish
from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.demand import EXAMPLES, demand_total
from funnel_tui.domain.shown import clean, money_text
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr, trc
from funnel_tui.widgets.fields import FieldRow, NoteField, TextField, needed_label
from funnel_tui.widgets.lines import Hint

# Translators: stands in a field to be read back: one of the words for this day that the program knows.
TODAY = tr("today")
# Translators: examples of what can be typed: days in words that the program reads.
DAY_HELP = tr("today, yesterday, fri, 12 dec or 2026-12-12, with a time if you like")


class LoseDialog(NumberedForm[LoseWish]):
    """Asks why a deal was lost. The answer is a :class:`LoseWish`.

    :param subject: the deal.
    :param reasons: the known reasons, the most frequent first; any other word is a new one.
    :param reader: what typed text means.
    """

    LABEL = tr("Reason")
    HELP = tr("a number, a name, or a new reason")
    NEW = True

    def __init__(
        self,
        subject: DealSubject,
        reasons: Sequence[str],
        reader: Reader,
    ) -> None:
        super().__init__()
        self._subject, self._reasons, self._reader = subject, reasons, reader

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("Lose {deal}").format(deal=self._subject.title)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` loses it."""
        return [*self.HINTS, Hint("enter", tr("it is lost")), Hint("ctrl+s", tr("from the note"))], Hint(
            "esc", trc("key", "back")
        )

    def entries(self) -> Sequence[Numbered]:
        """The known reasons."""
        return [Numbered(reason) for reason in self._reasons]

    def compose_middle(self) -> ComposeResult:
        """What is lost, why, and a note."""
        yield Static(clean(_about(self._subject, tr("Lost from {stage}"))), classes="intro", markup=False)
        yield from self.compose_pick()
        yield FieldRow("note", tr("Note"), NoteField(id="note"), help=OPTIONAL_NOTE)

    def on_mount(self) -> None:
        """No reason is chosen before somebody has chosen one."""
        self.start_list(None)

    def action_accept(self) -> None:
        """Lose it, or say what is missing."""
        refusals = Refusals()
        reason = self.new if self.is_new else "" if self.chosen is None else self._reasons[self.chosen]
        if self.is_new:
            cleaned: str | None = refusals.read(lambda: self._reader.line(self.new, "reason"))
            reason = cleaned or ""
            if "reason" in refusals:
                refusals["pick"] = refusals.pop("reason")
        note = refusals.read(lambda: self._reader.note(self.query_one("#note", NoteField).text))
        if not reason and not refusals:
            refusals["pick"] = tr("Why was it lost? Type a number, a name, or a new reason.")
        if not self.refuse(refusals):
            self.dismiss(LoseWish(self._subject.id, self._subject.version, reason, note))


OWN_FIELDS = ("amount", ASKED)
"""What winning asks for in its own way, whatever the stage asks for."""


class WinDialog(Form[WinWish]):
    """Asks whether a deal is won, for how much and since when. The answer is a :class:`WinWish`.

    :param subject: the deal with its amount.
    :param reader: what typed text means.
    :param demand: what the customer asks for; what it comes to is offered where the deal has no amount.
    :param missing: what its stage asks for before the deal leaves it; the amount and what the customer asks
        for have fields of their own here.
    """

    AUTO_FOCUS = "#amount"

    def __init__(
        self,
        subject: DealSubject,
        reader: Reader,
        *,
        demand: Sequence[Demand] = (),
        missing: Missing | None = None,
    ) -> None:
        super().__init__()
        self._subject, self._reader = subject, reader.over(subject.amount)
        self._amount = amount_text(subject.amount)
        self._total = demand_total(demand) if subject.amount is None else None
        self._missing = missing
        self._needed = missing.names if missing else []
        self._asks = ASKED in self._needed

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("Win {deal}").format(deal=self._subject.title)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``enter`` wins it."""
        return [Hint("↑↓", tr("field")), Hint("enter", tr("it is won"))], Hint("esc", trc("key", "back"))

    def compose_middle(self) -> ComposeResult:
        """What is won, the amount and the day."""
        yield Static(clean(_about(self._subject, tr("Won from {stage}"))), classes="intro", markup=False)
        amount = self._amount or amount_text(self._total)
        row = FieldRow(
            "amount", tr("Amount"), TextField(amount, id="amount", select=True), help=HELP["amount"]
        )
        row.mark("amount" in self._needed)
        yield row
        yield FieldRow("day", tr("Won on"), TextField(TODAY, id="day", select=True), help=DAY_HELP)
        if self._asks:
            yield FieldRow(ASKED, needed_label(tr("Asked for")), TextField(id=ASKED), help=HELP[ASKED])
        if self._missing is not None:
            yield from self._missing.rows(name for name in self._needed if name not in OWN_FIELDS)

    def on_mount(self) -> None:
        """Say what is understood of what stands there."""
        for row in self.rows():
            self._say(row, left=True)

    def field_changed(self, row: FieldRow) -> None:
        """Echo what is understood."""
        self._say(row, left=False)

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense."""
        self._say(row, left=True)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", TextField).value

    @on(Picker.Settled)
    def _picked(self, event: Picker.Settled) -> None:
        self._say(self.row(str(event.picker.id)), left=True)

    def _others(self) -> list[FieldRow]:
        """What else the stage asks for."""
        return [row for row in self.rows() if row.named in self._needed and row.named not in OWN_FIELDS]

    def _say(self, row: FieldRow, *, left: bool) -> None:
        if self._missing is not None and row in self._others():
            self._missing.say(row, left=left)
            return
        text = self._text(row.named)
        try:
            if row.named == "day":
                moment = self._reader.moment(text, "day", past=True)
                row.say(moment_echo(moment, self._reader))
            elif row.named == ASKED:
                row.say(demand_echo(text, self._reader))
            elif text.strip():
                words = amount_echo(text, self._reader)
                if text == amount_text(self._total):
                    words = tr("{amount} · the total of what is asked for").format(amount=words)
                row.say(words)
            else:
                words = tr("Without an amount it counts in no sum; {how}.")
                row.say(words.format(how=HELP["amount"]), "-warn")
        except InvalidInput as error:
            row.refuse(str(error)) if left else row.say()

    def _when(self) -> int | None:
        moment = self._reader.moment(self._text("day"), "day", past=True)
        return None if moment is None else self._reader.happened(moment, self._subject.since, "day")

    def action_accept(self) -> None:
        """Win it, or say what is wrong."""
        refusals = Refusals()
        values: dict[str, object] = {}
        if self._text("amount") != self._amount:
            values = refusals.read(lambda: read_amount(self._text("amount"), self._reader)) or {}
        if values == amount_values(self._subject.amount):
            values = {}
        if self._missing is not None:
            if "amount" in self._needed and not self._text("amount").strip():
                refusals["amount"] = self._missing.asks()
            values = {**values, **self._missing.read(self._others(), refusals)}
        at = refusals.read(self._when)
        if self._asks:
            lines = refusals.read(lambda: read_demand(self._text(ASKED), self._reader, ASKED))
            if lines is None:
                words = tr("What did the customer ask for? {examples}")
                refusals.setdefault(ASKED, words.format(examples=EXAMPLES))
            values = {**values, ASKED: lines}
        if not self.refuse(refusals):
            self.dismiss(WinWish(self._subject.id, self._subject.version, values, at))


def _about(subject: DealSubject, words: str) -> str:
    """What the deal is: ``Fjordline AS · 480,000.00 NOK · Lost from Proposal``."""
    amount = "" if subject.amount is None else money_text(subject.amount, currency=True)
    return " · ".join(filter(None, (subject.organisation, amount, words.format(stage=subject.stage))))
