"""Short lists of words that grow as they are used: loss reasons, sources, tags and products."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import SQLModel

from funnel_tui.db.reader import Reader
from funnel_tui.domain.status import ChangeOp
from funnel_tui.language import tr
from funnel_tui.models import LossReason, Product, Source, Tag
from funnel_tui.services.transaction import Transaction, table_of

_INSERT = {
    "loss_reason": "INSERT INTO loss_reason (name, active) VALUES (:name, 1)",
    "source": "INSERT INTO source (name) VALUES (:name)",
    "tag": "INSERT INTO tag (name) VALUES (:name)",
    "product": "INSERT INTO product (name) VALUES (:name)",
}
_READ = {
    "loss_reason": "SELECT id, name FROM loss_reason",
    "source": "SELECT id, name FROM source",
    "tag": "SELECT id, name FROM tag",
    "product": "SELECT id, name FROM product",
}


def ensure_reason(call: Transaction, name: str) -> int:
    """The number of a loss reason, made when it is new; names differ by more than case."""
    return _ensure(call, LossReason, name, {"active": True})


def new_reason_words(reader: Reader, name: str) -> str:
    """What to say of a loss reason that is going to be made: it may be a slip of the keyboard.

    :param name: as it was typed.
    :returns: that it is new, and the known one most like it; empty for a known one and for none.
    """
    from funnel_tui.domain.shown import clean
    from funnel_tui.exchange.values import nearest

    name = clean(name.strip())
    known = [str(each) for _, each in reader.rows(_READ["loss_reason"])]
    if not name or name.casefold() in (each.casefold() for each in known):
        return ""
    words = tr("A new loss reason: {name}.").format(name=name)
    like = nearest(name, known)
    if not like:
        return words
    return " ".join((words, tr("Did you mean {name}?").format(name=clean(like))))


def ensure_source(call: Transaction, name: str) -> int:
    """The number of a source, made when it is new; names differ by more than case."""
    return _ensure(call, Source, name, {})


def ensure_tag(call: Transaction, name: str) -> int:
    """The number of a tag, made when it is new; names differ by more than case."""
    return _ensure(call, Tag, name, {})


def ensure_product(call: Transaction, name: str) -> int:
    """The number of a product, made without a price when it is new; names differ by more than case."""
    return _ensure(call, Product, name, {"price_minor": None, "currency": None})


def _ensure(call: Transaction, model: type[SQLModel], name: str, rest: dict[str, object]) -> int:
    table = table_of(model)
    found = _find(call, table.name, name)
    if found is not None:
        return found
    # Two people may need the same new word at the same time.
    made = call.connection.execute(
        text(f"{_INSERT[table.name]} ON CONFLICT (name) DO NOTHING RETURNING id"), {"name": name}
    ).scalar()
    if made is None:
        again = _find(call, table.name, name)
        assert again is not None
        return again
    call.record(table, int(made), ChangeOp.INSERT, None, {"id": int(made), "name": name, **rest})
    return int(made)


def _find(call: Transaction, table: str, name: str) -> int | None:
    folded = name.casefold()
    for number, known in call.reader.rows(_READ[table]):
        if str(known).casefold() == folded:
            return int(number)
    return None
