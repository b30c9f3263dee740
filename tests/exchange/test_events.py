"""Histories: stage events, terminal events, their order, and the stages of a file."""

from __future__ import annotations

from pathlib import Path

from funnel_tui.domain.status import DealStatus
from funnel_tui.exchange.records import EventRecord
from funnel_tui.exchange.table import BATCH
from tests.exchange.support import at, events


def test_events(tmp_path: Path) -> None:
    text = (
        "deal,stage,at,by\n"
        "D1,Lead,2026-01-01 08:00,Anna\nD1,proposal,2026-01-02T09:00:00+02:00,\nD1,Signed,2026-01-03,Bo\n"
        "D2,Dropped,2026-01-04,\n"
    )
    records, refused = events(
        tmp_path, text, stages=("Lead", "Proposal"), won=("Signed",), lost={"dropped": "no need"}
    )
    assert refused == []
    assert records == [
        EventRecord(2, 0, "D1", "Lead", DealStatus.OPEN, at(2026, 1, 1, 8), "Anna", None),
        EventRecord(3, 1, "D1", "Proposal", DealStatus.OPEN, at(2026, 1, 2, 7), None, None),
        EventRecord(4, 2, "D1", None, DealStatus.WON, at(2026, 1, 3), "Bo", None),
        EventRecord(5, 3, "D2", None, DealStatus.LOST, at(2026, 1, 4), None, "no need"),
    ]


def test_bad_events_are_all_listed(tmp_path: Path) -> None:
    text = (
        "deal,stage,at,by\n"
        ",Lead,2026-01-01,\nD1,,2026-01-01,\nD1,Lead,,\nD1,Ledd,2026-01-01,\nD1,Lead,31/02/2026,\nD1,Lead\n"
        "D1,Lead,2026-01-01,a\x1bb\nD1,Lead,2026-01-01,\n"
    )
    records, refused = events(tmp_path, text, stages=("Lead",))
    assert [(each.line, each.order) for each in records] == [(9, 0)]
    assert [(each.line, each.column) for each in refused] == [
        (2, "deal"),
        (3, "stage"),
        (4, "at"),
        (5, "stage"),
        (6, "at"),
        (7, ""),
        (8, "by"),
    ]


def test_events_of_one_instant_keep_the_order_of_the_file(tmp_path: Path) -> None:
    rows = "".join(f"D1,S{n},2026-01-01\n" for n in range(BATCH * 2 + 3))
    records, _ = events(tmp_path, "deal,stage,at\n" + rows)
    assert [each.order for each in records] == list(range(BATCH * 2 + 3))
    assert [each.stage for each in records] == [f"S{n}" for n in range(BATCH * 2 + 3)]


def test_salesforce_history_resolves_owners(tmp_path: Path) -> None:
    text = "OpportunityId,StageName,CreatedDate,CreatedById\n1,Closed Won,2024-01-22T16:14:25.000+0000,005A\n"
    [record], _ = events(tmp_path, text, lookups={"owner": {"005A": "Anna"}})
    assert (record.status, record.by, record.at) == (DealStatus.WON, "Anna", at(2024, 1, 22, 16, 14, 25))


def test_without_a_header(tmp_path: Path) -> None:
    maps = {"deal": "1", "at": "2", "stage": "3"}
    [record], _ = events(tmp_path, "D1;2026-01-01;Lead\n", header=False, maps=maps)
    assert (record.line, record.deal, record.stage, record.at) == (1, "D1", "Lead", at(2026, 1, 1))
