"""Names in the files and the rows they stand for: owners, teams, organisations and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from funnel_tui.models import LossReason, Organisation, Person, Product, Rep, Source, Tag, Team
from funnel_tui.queries.directory import merged_rows
from funnel_tui.services.bulk import RowStream
from funnel_tui.services.importing.outcome import Outcome
from funnel_tui.services.transaction import Transaction, table_of

NO_OWNER = "(no owner)"
"""The owner of deals that name none, so that they show up in every comparison of reps."""

NO_REASON = "no reason (imported)"
"""The loss reason of imported losses without one (METRICS 3)."""


class Names:
    """The rows of one table by name, whatever the case; missing ones are made.

    :param what: how to call them in the summary.
    """

    def __init__(self, call: Transaction, model: type[SQLModel], what: str, outcome: Outcome) -> None:
        self._call = call
        self._model = model
        self._what = what
        self._outcome = outcome
        self._exact: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        self._twins: dict[int, str] = {}
        table = table_of(model)
        for row_id, name in call.connection.execute(select(table.c.id, table.c.name).order_by(table.c.id)):
            self._exact.setdefault(name, row_id)
            if self._folded.setdefault(name.casefold(), row_id) != row_id:
                self._twins[row_id] = name.casefold()

    def find(self, name: str) -> int | None:
        """The number of a name, or None. The very same spelling goes before another case."""
        found = self._exact.get(name)
        return self._folded.get(name.casefold()) if found is None else found

    def has_too(self, name: str, present: int | None) -> bool:
        """Whether the present row is one of several of that name, and not the one that is found by it."""
        return present is not None and self._twins.get(present) == name.casefold()

    def number_as(self, name: str, present: int | None) -> int:
        """The number of a name; the present one where that has the name too."""
        if present is not None and self.has_too(name, present):
            return present
        return self.number(name)

    def number(self, name: str, **values: Any) -> int:
        """The number of a name, which is made if it is not there.

        :param values: other columns of a new row.
        """
        found = self.find(name)
        if found is None:
            found = self._make({"name": name, **values})
            self._exact[name] = found
            self._folded[name.casefold()] = found
            self._outcome.add_made(self._what, name)
        return found

    def _make(self, values: Mapping[str, Any]) -> int:
        return self._call.insert(self._model, values)


class ManyNames(Names):
    """Names that a file may have tens of thousands of: they are written in batches."""

    def __init__(
        self,
        call: Transaction,
        model: type[SQLModel],
        what: str,
        outcome: Outcome,
        columns: Mapping[str, Any],
    ) -> None:
        super().__init__(call, model, what, outcome)
        self._columns = dict(columns)
        self.stream = RowStream(call, model, ("name", *columns))

    def _make(self, values: Mapping[str, Any]) -> int:
        others = (values.get(name, default) for name, default in self._columns.items())
        return self.stream.add(values["name"], *others)


class Organisations(ManyNames):
    """Organisations by name; one that was merged into another is found by its old name too."""

    def __init__(self, call: Transaction, outcome: Outcome) -> None:
        defaults = {"status": "prospect", "version": 1}
        super().__init__(call, Organisation, "organisations", outcome, defaults)
        self._merged = {
            each.was["name"].casefold(): each.into for each in merged_rows(call.reader, "organisation")
        }

    def find(self, name: str) -> int | None:
        """See :meth:`Names.find`."""
        found = super().find(name)
        return self._merged.get(name.casefold()) if found is None else found


class References:
    """Everything that deals name."""

    def __init__(self, call: Transaction, outcome: Outcome) -> None:
        self._call = call
        self._outcome = outcome
        self.organisations = Organisations(call, outcome)
        self.reps = Names(call, Rep, "owners", outcome)
        self.teams = Names(call, Team, "teams", outcome)
        self.sources = Names(call, Source, "sources", outcome)
        self.tags = Names(call, Tag, "tags", outcome)
        self.products = Names(call, Product, "products", outcome)
        self.reasons = Names(call, LossReason, "loss reasons", outcome)
        self._people: dict[tuple[str, int | None], int] | None = None
        self._people_stream = RowStream(call, Person, ("name", "organisation_id", "email", "version"))
        self._teamed: set[int] = set()

    def flush(self) -> None:
        """Write what deals are about to point to."""
        self.organisations.stream.flush()
        self._people_stream.flush()

    def finish(self) -> None:
        """Write and record what is left."""
        self.organisations.stream.finish()
        self._people_stream.finish()

    def person(self, name: str, organisation_id: int | None) -> int:
        """The number of a person, who is somebody else at every organisation.

        One who was merged into another is found by the old name too.
        """
        if self._people is None:
            table = table_of(Person)
            query = select(table.c.name, table.c.organisation_id, table.c.id).order_by(table.c.id.desc())
            rows = self._call.connection.execute(query)
            self._people = {
                (each.was["name"].casefold(), each.was["organisation_id"]): each.into
                for each in merged_rows(self._call.reader, "person")
            }
            self._people.update({(who.casefold(), where): number for who, where, number in rows})
        key = (name.casefold(), organisation_id)
        found = self._people.get(key)
        if found is None:
            email = name if "@" in name and " " not in name else None
            found = self._people[key] = self._people_stream.add(name, organisation_id, email, 1)
            self._outcome.add_made("persons", name)
        return found

    def owner(self, name: str | None) -> int:
        """The number of an owner; without a name it is :data:`NO_OWNER`."""
        return self.reps.number(name or NO_OWNER)

    def put_in_team(self, rep_id: int, team: str, parent: str | None = None) -> None:
        """Make a rep a member of a team, and the team a part of its parent.

        The first team an import names for a rep is taken.
        """
        if rep_id in self._teamed:
            return
        self._teamed.add(rep_id)
        team_id = self.teams.number(team)
        above = self.teams.number(parent) if parent else None
        if above is not None and not self._lies_in(above, team_id):
            self._set(Team, team_id, {"parent_id": above})
        self._set(Rep, rep_id, {"team_id": team_id})

    def _lies_in(self, team_id: int | None, whole: int) -> bool:
        """Whether a team is another one or lies somewhere in it."""
        while team_id is not None and team_id != whole:
            row = self._call.row(Team, team_id)
            team_id = row["parent_id"] if row else None
        return team_id == whole

    def set_price(self, product: str, price: tuple[int, str]) -> None:
        """Give a product its list price in minor units."""
        number = self.products.number(product, price_minor=price[0], currency=price[1])
        self._set(Product, number, {"price_minor": price[0], "currency": price[1]})

    def _set(self, model: type[SQLModel], row_id: int, values: Mapping[str, Any]) -> None:
        before = self._call.row(model, row_id)
        assert before is not None
        if any(before[name] != value for name, value in values.items()):
            self._call.update(model, before, values)
