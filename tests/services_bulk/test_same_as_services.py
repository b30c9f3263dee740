"""The bulk path and the single services leave the same rows for the same histories."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from funnel_tui.domain.money import RATE_SCALE
from funnel_tui.models import ExchangeRate
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.deals import create_deal, edit_deal, lose_deal, move_deal, reopen_deal, win_deal
from funnel_tui.services.standing import read_pricing
from tests.services_bulk.histories import DAY, NOW, START, House, build_house

VISIT = (
    *("pipeline_id", "stage_id", "entered_at", "left_at", "exit", "moved_by", "owner_id", "exit_owner_id"),
    *("amount_minor", "currency", "loss_reason_id", "loss_note", "assumed"),
)
PAST = ("until_at", "owner_id", "amount_minor", "currency", "expected_close", "probability_bp", "source_id")
OWN = (
    *("external_id", "title", "owner_id", "amount_minor", "currency", "expected_close", "probability_bp"),
    *("category", "source_id", "note", "created_at", "created_owner_id"),
)
DERIVED = (
    *("pipeline_id", "stage_id", "status", "entered_at", "furthest", "visited_mask", "straight", "closed_at"),
    *("closed_owner_id", "closed_base", "loss_reason_id", "changed_at", "touched_at", "organisation_id"),
)


def with_rates(db_url: str) -> House:
    """A house with rates, so that closed deals are priced."""
    house = build_house(db_url)
    with house.workspace.change("rates") as call:
        for day in range(START // DAY, NOW // DAY):
            rate = {"base": "SEK", "quote": "EUR", "day": day, "rate_scaled": RATE_SCALE // 11 + day}
            call.put(ExchangeRate, None, rate)
    return house


class Walker:
    """Plays deals through the services, each event at its own time."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.rng = random.Random(seed)
        self.now = START
        house.workspace.clock = lambda: self.now

    def pass_time(self) -> None:
        """On by some time; now and then two things happen at once."""
        self.now += self.rng.choice([0, self.rng.randrange(1, 9 * DAY)])

    def play(self, number: int) -> None:
        """One deal from its creation on."""
        rng, workspace = self.rng, self.house.workspace
        self.now = START + rng.randrange(200 * DAY)
        amount = rng.choice([None, rng.randrange(10**8)])
        deal_id = create_deal(
            workspace,
            title=f"Deal {number}",
            external_id=f"W{number}",
            pipeline_id=rng.choice([1, 2]),
            owner_id=rng.randint(1, 3),
            amount_minor=amount,
            currency=None if amount is None else rng.choice(["EUR", "SEK", "USD"]),
            expected_close=rng.choice([None, 20_500]),
            source="price" if rng.random() < 0.5 else None,
            category=rng.choice([None, "commit"]),
            note="a note",
        )
        for _ in range(rng.randint(0, 7)):
            self.pass_time()
            self._event(deal_id)

    def _event(self, deal_id: int) -> None:
        rng, house = self.rng, self.house
        pipeline_id, stage_id, status, version = house.rows(
            f"SELECT pipeline_id, stage_id, status, version FROM deal WHERE id = {deal_id}"
        )[0]
        if rng.random() < 0.25:
            # Two edits, or an edit and a move, at the same second have no order to keep.
            self.now += 1
            changes: dict[str, Any] = rng.choice(
                [{"owner_id": rng.randint(1, 3)}, {"probability_bp": 100 * rng.randint(1, 99)}]
            )
            edit_deal(house.workspace, deal_id=deal_id, version=version, changes=changes)
            self.now += 1
        elif status != "open":
            reopen_deal(house.workspace, deal_id=deal_id)
        elif rng.random() < 0.15:
            win_deal(house.workspace, deal_id=deal_id)
        elif rng.random() < 0.25:
            lose_deal(house.workspace, deal_id=deal_id, reason=rng.choice(["price", "no need"]), note="why")
        else:
            if rng.random() < 0.1:
                pipeline_id = 3 - pipeline_id
            stages = house.rows(
                f"SELECT id FROM stage WHERE pipeline_id = {pipeline_id} AND retired = 0 AND id <> {stage_id}"
            )
            target = rng.choice(stages)[0]
            move_deal(house.workspace, deal_id=deal_id, stage_id=target, to_pipeline=pipeline_id)


def read(house: House, columns: tuple[str, ...], table: str, order: str) -> list[dict[str, Any]]:
    """Rows by column name."""
    found = house.rows(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}")
    return [dict(zip(columns, row, strict=True)) for row in found]


def state(house: House) -> dict[str, list[dict[str, Any]]]:
    """Everything but row numbers, versions and the log."""
    return {
        "deal": read(house, ("id", *OWN, *DERIVED), "deal", "id"),
        "stage_visit": read(house, ("deal_id", "seq", *VISIT), "stage_visit", "deal_id, seq"),
        "deal_past": read(house, ("deal_id", *PAST), "deal_past", "deal_id, id"),
        "deal_stage": [
            {"row": row} for row in house.rows("SELECT * FROM deal_stage ORDER BY deal_id, stage_id")
        ],
    }


def test_both_ways_leave_the_same_rows(db_url: str, tmp_path: Path) -> None:
    single = with_rates(str(tmp_path / "single.db"))
    walker = Walker(single, 5)
    for number in range(150):
        walker.play(number)
    expected = state(single)
    assert {row["status"] for row in expected["deal"]} == {"open", "won", "lost"}
    assert any(row["closed_base"] is not None and row["currency"] == "SEK" for row in expected["deal"])
    assert any(row["closed_at"] and not row["closed_base"] for row in expected["deal"])
    assert len(expected["deal_past"]) > 50

    bulk = with_rates(db_url)
    with (
        bulk.workspace.change("import") as call,
        BulkWriter(call, bulk.ladders, read_pricing(call.reader)) as many,
    ):
        for deal in expected["deal"]:
            of_deal = {
                name: [row for row in expected[name] if row["deal_id"] == deal["id"]]
                for name in ("stage_visit", "deal_past")
            }
            own = {name: deal[name] for name in OWN}
            visits = [{name: row[name] for name in VISIT} for row in of_deal["stage_visit"]]
            past = [{name: row[name] for name in PAST} for row in of_deal["deal_past"]]
            assert many.add(own, visits, past) == deal["id"]
    assert state(bulk) == expected
