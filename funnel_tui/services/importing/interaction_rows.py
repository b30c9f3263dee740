"""Writing imported interactions: new ones in batches, known ones where they differ, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from funnel_tui.exchange.interaction_words import OWN, own_id
from funnel_tui.models import Interaction
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.importing.interaction_names import AT_ONCE
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.interaction_writing import follow_changed
from funnel_tui.services.transaction import Transaction, table_of

COLUMNS = (
    *(
        "external_id",
        "deal_id",
        "organisation_id",
        "person_id",
        "owner_id",
        "kind_id",
        "direction",
        "outcome",
    ),
    *("at", "planned", "duration_seconds", "note"),
)

Values = dict[str, Any]


class InteractionRows:
    """The interactions of one import.

    :param call: the service call everything is written in; it must be alone.
    :param outcome: gets the counts.
    """

    def __init__(self, call: Transaction, outcome: Outcome) -> None:
        self._call = call
        self._outcome = outcome
        self._stream = RowStream(call, Interaction, (*COLUMNS, "version"))
        self._changes: list[tuple[Values, Values]] = []
        self._written = False

    def known(self, ids: Iterable[str]) -> dict[str, Values]:
        """The interactions that are there already, by their id of another program.

        :param ids: ids of the files.
        """
        table = table_of(Interaction)
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Values] = {}
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            query = select(table).where(table.c.external_id.in_(some))
            for row in self._call.connection.execute(query):
                found[row.external_id] = dict(row._mapping)
            own = {int(match["id"]): ident for ident in some if (match := OWN.fullmatch(ident))}
            query = select(table).where(table.c.id.in_(list(own)), table.c.external_id.is_(None))
            for row in self._call.connection.execute(query) if own else ():
                if own_id(row.id, row.at) == own[row.id]:
                    found[own[row.id]] = dict(row._mapping)
        return found

    def planned_with(self, prefix: str) -> list[Values]:
        """The planned interactions whose id begins so. All rows are looked at: to be asked once."""
        table = table_of(Interaction)
        query = select(table).where(table.c.external_id.startswith(prefix, autoescape=True))
        rows = self._call.connection.execute(query.where(table.c.planned == 1))
        return [dict(row._mapping) for row in rows]

    def add(self, values: Mapping[str, Any]) -> None:
        """Take a new interaction.

        :param values: by column; what is not named is nothing, out and done.
        """
        row = {"direction": "out", "planned": 0, **values}
        row["direction"], row["planned"] = str(row["direction"]), int(row["planned"])
        self._stream.add(*(row.get(name) for name in COLUMNS), 1)
        self._outcome.new += 1
        self._written = True

    def change(self, before: Values, values: Mapping[str, Any]) -> None:
        """Let new values change a known interaction; nothing (None) leaves what is there."""
        changes = {
            name: value for name, value in values.items() if value is not None and name != "external_id"
        }
        if any(before[name] != value for name, value in changes.items()):
            self._changes.append((before, changes))
            self._outcome.updated += 1
            self._written = True
        else:
            self._outcome.unchanged += 1

    def remove(self, before: Values) -> None:
        """Take an interaction away."""
        self._call.delete(Interaction, before)
        self._written = True

    def flush(self) -> None:
        """Write what was taken; everything it refers to must be there."""
        self._stream.flush()
        for before, changes in self._changes:
            self._call.update(Interaction, before, changes)
        self._changes.clear()

    def finish(self) -> None:
        """Write what is left, and what follows: when deals were last touched, and the sums per day."""
        self.flush()
        self._stream.finish()
        if self._written:
            follow_changed(self._call.connection, self._call.flush())
