"""What the customer of a deal asks for, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from funnel_tui.dialogs.deal_fields import amount_echo, amount_text, word_finding
from funnel_tui.dialogs.form import Form, Refusals
from funnel_tui.dialogs.parts import TOTAL, PartsDialog
from funnel_tui.dialogs.picker import PRODUCT, Picker
from funnel_tui.dialogs.wishes import Reader
from funnel_tui.domain.deal_detail import Demand
from funnel_tui.domain.demand import demand_total, quantity_text, quantity_typed, read_quantity
from funnel_tui.domain.money import Money
from funnel_tui.domain.shown import NO_VALUE, money_text
from funnel_tui.errors import InvalidInput
from funnel_tui.language import tr
from funnel_tui.widgets.fields import FieldRow, TextField, needed_label
from funnel_tui.widgets.grid import Cell, GridColumn
from funnel_tui.widgets.lines import Hint

PRICE_HELP = tr("of one: 500, 1.2k or USD 500; may be left out")


@dataclass(frozen=True, slots=True)
class DemandWish:
    """A demand line as somebody wants it; None before one was typed."""

    line: Demand | None = None


class DemandDialog(PartsDialog):
    """The demand lines of a deal.

    :param lines: in order.
    :param amount: the amount of the deal; where it has none, what the lines come to can be taken for it.
    """

    EMPTY = tr("It is not known yet what the customer asks for. {part_add} adds a line.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "t",
            "take_total",
            tr("total"),
            id="part_total",
            tooltip=tr("Make the total the amount of the deal"),
        ),
    ]

    def __init__(self, title: str, lines: Sequence[Demand], amount: Money | None, *, at: int = 0) -> None:
        super().__init__(title, at=at)
        self._lines, self._amount, self._total = lines, amount, demand_total(lines)

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("What {deal} asks for").format(deal=self._title)

    def hints(self) -> tuple[Sequence[Hint], Hint]:
        """``t`` where there is a total to take."""
        hints, last = super().hints()
        return [*hints, *([Hint("t", tr("total as amount"))] if self._offers else [])], last

    @property
    def _offers(self) -> bool:
        return self._total is not None and self._amount is None

    def columns(self) -> Sequence[GridColumn]:
        """Quantity, product, price of one, price of all."""
        return (
            GridColumn("product", tr("Product"), 24, least=16, right=False, stretch=True),
            GridColumn("quantity", tr("Quantity"), 10),
            GridColumn("price", tr("Price of one"), 18, least=14),
            GridColumn("sum", tr("Together"), 18, least=16, rank=1),
        )

    def rows(self) -> Sequence[Sequence[Cell]]:
        """One line for each."""
        return [
            (
                Cell(line.product),
                Cell(quantity_text(line.quantity_milli)),
                Cell(money_text(line.price, currency=True) if line.price else NO_VALUE),
                Cell(_sum(line), "muted"),
            )
            for line in self._lines
        ]

    def said(self) -> str:
        """What the lines come to."""
        if self._total is None:
            return ""
        total = money_text(self._total, currency=True)
        if self._offers:
            return tr("Together {total}. The deal has no amount: it can be taken from here.").format(
                total=total
            )
        return tr("Together {total}. The amount of the deal is {amount}.").format(
            total=total, amount=money_text(self._amount, currency=True)
        )

    def action_take_total(self) -> None:
        """Make the total the amount of the deal; an amount that is there stays."""
        if self._offers:
            self.action_act(TOTAL)
        elif self._total is not None:
            self.notify(tr("The deal has an amount; edit the deal to change it."), markup=False)


def _sum(line: Demand) -> str:
    total = demand_total([line])
    return NO_VALUE if total is None else money_text(total, currency=True)


class DemandForm(Form[DemandWish]):
    """Asks for one demand line. The answer is a :class:`DemandWish`.

    :param title: the title of the deal; user text.
    :param wish: what the fields hold at first.
    :param reader: what typed text means.
    :param products: known products with their prices; any other word is a new one.
    :param errors: messages by field, from a service that refused.
    """

    AUTO_FOCUS = "#product"

    def __init__(
        self,
        title: str,
        wish: DemandWish,
        reader: Reader,
        products: Mapping[str, Money | None],
        *,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._line, self._products = title, wish.line, products
        self._reader = reader.over(self._line.price if self._line else None)
        self._errors = {
            ("product" if name == "demand" else name): said for name, said in (errors or {}).items()
        }
        self._price = amount_text(self._line.price) if self._line else ""

    @property
    def heading(self) -> str:
        """The deal."""
        return tr("What {deal} asks for").format(deal=self._title)

    def compose_middle(self) -> ComposeResult:
        """Product, quantity, price."""
        line = self._line
        find = word_finding(list(self._products))
        picker = Picker(find, None, noun=PRODUCT, text=line.product if line else "", free=True, id="product")
        quantity = TextField(quantity_typed(line.quantity_milli) if line else "1", id="quantity", select=True)
        yield FieldRow("product", needed_label(tr("Product")), picker, extra=[picker.panel])
        yield FieldRow("quantity", tr("Quantity"), quantity, help=tr("2, 1.5 or 1,000"))
        yield FieldRow("price", tr("Price"), TextField(self._price, id="price", select=True), help=PRICE_HELP)

    def on_mount(self) -> None:
        """Show what a service did not accept."""
        if self._errors:
            self.call_after_refresh(self.refuse, self._errors)

    @on(Picker.Settled)
    def _picked(self, event: Picker.Settled) -> None:
        """A known product has a price to begin with."""
        picker = event.picker
        known = picker.typed in self._products
        self.row("product").say("" if known or not picker.typed else tr("New: this product will be created."))
        price = self._products.get(picker.typed)
        field = self.query_one("#price", TextField)
        if price is not None and field.value.strip() in {"", self._price}:
            field.value = self._price = amount_text(price)

    def field_changed(self, row: FieldRow) -> None:
        """Echo what is understood."""
        self._say(row, left=False)

    def field_left(self, row: FieldRow) -> None:
        """Now it may be said that the text makes no sense."""
        self._say(row, left=True)

    def _say(self, row: FieldRow, *, left: bool) -> None:
        if row.named not in {"quantity", "price"}:
            return
        text = self.query_one(f"#{row.named}", TextField).value
        try:
            if row.named == "price":
                row.say(amount_echo(text, self._reader))
            else:
                row.say(f"= {quantity_text(read_quantity(text))}")
        except InvalidInput as error:
            row.refuse(str(error)) if left else row.say()

    def action_accept(self) -> None:
        """Give the answer, or say what is wrong."""
        refusals, picker = Refusals(), self.query_one("#product", Picker)
        picker.settle()
        product = refusals.read(lambda: self._reader.line(picker.value, "product", needed=True))
        quantity = refusals.read(lambda: read_quantity(self.query_one("#quantity", TextField).value))
        price = refusals.read(lambda: self._reader.money(self.query_one("#price", TextField).value, "price"))
        if not self.refuse(refusals):
            self.dismiss(DemandWish(Demand(product or "", quantity or 1000, price)))
