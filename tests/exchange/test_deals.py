"""Deals: what each row says, and everything a row can be refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnel_tui.domain.status import DealStatus
from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.exchange.outcomes import SUGGESTED
from funnel_tui.exchange.records import DealRecord
from funnel_tui.exchange.table import BATCH
from tests.exchange.support import at, deals, read, write

HEADER = "id,title,stage,status,amount,created,closed\n"


def reasons(tmp_path: Path, rows: str, header: str = HEADER, **how: object) -> list[tuple[int, str, str]]:
    """Line, column and reason of everything that is refused."""
    _, refused = deals(tmp_path, header + rows, **how)
    return [(each.line, each.column, each.reason) for each in refused]


def test_every_field(tmp_path: Path) -> None:
    header = (
        "id,title,organisation,person,owner,team,pipeline,stage,status,amount,currency,created,closed,"
        "expected close,probability,source,loss reason,tags,product\n"
    )
    rows = (
        "D1,Fleet renewal,Fjordline AS,Kari Lie,Anna Berg,North,Enterprise,Proposal,open,480k,NOK,"
        '2026-01-02 08:00,,2026-12-12,42.5 %,fair,ignored,"new; big, new",Boats\n'
        "D2,Lost one,,,,,,Lead,lost,,,2026-01-02,2026-02-03,,60,,price,,\n"
    )
    records, refused = deals(tmp_path, header + rows, timezone="Europe/Oslo")
    assert refused == []
    assert records == [
        DealRecord(
            line=2,
            id="D1",
            title="Fleet renewal",
            organisation="Fjordline AS",
            person="Kari Lie",
            owner="Anna Berg",
            team="North",
            pipeline="Enterprise",
            stage="Proposal",
            status=DealStatus.OPEN,
            amount=48_000_000,
            currency="NOK",
            created=at(2026, 1, 2, 7),
            closed=None,
            expected_close=at(2026, 12, 12) // 86_400,
            probability=4250,
            source="fair",
            loss_reason=None,
            tags=("new", "big"),
            product="Boats",
        ),
        DealRecord(
            line=3,
            id="D2",
            title="Lost one",
            organisation=None,
            person=None,
            owner=None,
            team=None,
            pipeline=None,
            stage="Lead",
            status=DealStatus.LOST,
            amount=None,
            currency="USD",
            created=at(2026, 1, 1, 23),
            closed=at(2026, 2, 2, 23),
            expected_close=None,
            probability=None,
            source=None,
            loss_reason="price",
            tags=(),
            product=None,
        ),
    ]


def test_every_bad_field_of_every_row_is_listed(tmp_path: Path) -> None:
    rows = (
        "D1,ok,Lead,open,5,2026-01-01,\n"
        ",  ,Lead,open,5,2026-01-01,\n"
        "D3,bad,Lead,maybe,12abc,2026-02-30,\n"
        "D4,ragged\n"
        "D5,neg\tative,Lead,open,-5,,\n"
        "D6,fine,Lead,open,,,\n"
    )
    records, refused = deals(tmp_path, HEADER + rows)
    assert [each.id for each in records] == ["D1", "D6"]
    assert [(each.line, each.column, each.value) for each in refused] == [
        (3, "id", ""),
        (3, "title", "  "),
        (4, "status", "maybe"),
        (4, "amount", "12abc"),
        (4, "created", "2026-02-30"),
        (5, "", "D4,ragged"),
        (6, "title", "neg\tative"),
        (6, "amount", "-5"),
    ]
    assert refused[0].reason == "is empty"


def test_refusals_are_counted_by_row_over_many_batches(tmp_path: Path) -> None:
    count = BATCH * 5
    rows = "".join(f"D{n},x,Lead,open,{'bad' if n % 3 == 0 else n},,\n" for n in range(count))
    records, refusals = read("deals", write(tmp_path / "a.csv", HEADER + rows))
    bad = len(range(0, count, 3))
    assert (len(records), refusals.count, refusals.rows) == (count - bad, bad, bad)


def test_duplicate_ids_name_both_lines(tmp_path: Path) -> None:
    far = "".join(f"E{n},x,Lead,open,,,\n" for n in range(BATCH * 2))
    near = "D1,a,Lead,open,,,\nD2,b,Lead,open,,,\nD1,c,Lead,open,,,\n"
    rows = f"{near}{far}D2,d,Lead,open,,,\n d1 ,e,Lead,open,,,\n"
    last = 4 + BATCH * 2
    assert reasons(tmp_path, rows) == [
        (4, "id", "line 2 has the same id"),
        (last + 1, "id", "line 3 has the same id"),
    ]


def test_a_refused_row_still_takes_its_id(tmp_path: Path) -> None:
    assert [line for line, _, _ in reasons(tmp_path, "D1,a,Lead,open,x,,\nD1,b,Lead,open,1,,\n")] == [2, 3]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("D1,a,Lead,won,,2026-01-01,", "closed", "is empty; a won deal has a closing date"),
        ("D1,a,Lead,lost,,2026-01-01, ", "closed", "is empty; a lost deal has a closing date"),
        ("D1,a,Lead,open,,2026-01-01,2026-02-01", "closed", "an open deal has no closing date"),
        ("D1,a,Lead,won,,2026-01-02,2026-01-01", "closed", "closed before it was created (2026-01-02)"),
        ("D1,a,Closed Won,lost,,,2026-01-01", "stage", "the deal is won by its stage or status, and lost by"),
        ("D1,a,Closed Won,open,,,2026-01-01", "stage", "the deal is won by its stage or status, and open by"),
        ("D1,a,Lead,gone,,,", "status", "'gone' is neither open, won nor lost; say which words"),
    ],
)
def test_rows_that_contradict_themselves(tmp_path: Path, row: str, column: str, reason: str) -> None:
    [(line, where, why)] = reasons(tmp_path, row + "\n")
    assert (line, where) == (2, column)
    assert reason in why


def test_a_missing_closing_date_names_the_column_or_says_that_none_is_read(tmp_path: Path) -> None:
    _, [refusal] = deals(tmp_path, "id,title,stage,status\nD1,a,Lead,won\n")
    assert (refusal.line, refusal.column) == (2, "")
    assert refusal.reason.startswith("a won deal has a closing date, and no column is read as one")
    text = "id,title,stage,status,Finished\nD1,a,Lead,won,\n"
    _, [refusal] = deals(tmp_path, text, maps={"closed": "Finished"})
    assert (refusal.column, refusal.reason) == ("Finished", "is empty; a won deal has a closing date")


def test_the_hint_for_a_data_load_works(tmp_path: Path) -> None:
    text = HEADER + "D1,a,Lead,won,,2026-01-02,2026-01-01\n"
    _, refused = deals(tmp_path, text)
    assert "--map created= or say --value created=DATE" in refused[0].reason
    [left_out], none = deals(tmp_path, text, maps={"created": ""})
    assert (left_out.created, none) == (None, [])
    [told], none = deals(tmp_path, text, values={"created": "2025-12-01"})
    assert (told.created, none) == (at(2025, 12, 1), [])


def test_closed_on_the_day_of_creation(tmp_path: Path) -> None:
    rows = (
        "D1,a,Lead,won,,2026-01-02 16:14,2026-01-02\n"
        "D2,b,Lead,won,,2026-01-02 16:14,2026-01-02 16:13\n"
        "D3,c,Lead,won,,2026-01-02,2026-01-02\n"
    )
    records, refused = deals(tmp_path, HEADER + rows)
    assert [(each.id, each.closed) for each in records] == [
        ("D1", at(2026, 1, 2, 16, 14)),
        ("D3", at(2026, 1, 2)),
    ]
    assert [each.line for each in refused] == [3]


def test_the_day_of_creation_is_the_local_one(tmp_path: Path) -> None:
    # 23:30 UTC on the 1st is the 2nd in Oslo: closed on the 2nd is not too early, closed on the 1st is.
    rows = "D1,a,Lead,won,,2026-01-01T23:30Z,2026-01-02\nD2,b,Lead,won,,2026-01-01T23:30Z,2026-01-01\n"
    records, refused = deals(tmp_path, HEADER + rows, timezone="Europe/Oslo")
    assert [(each.id, each.closed) for each in records] == [("D1", at(2026, 1, 1, 23, 30))]
    assert [each.line for each in refused] == [3]


def test_one_column_is_closing_and_expected_closing(tmp_path: Path) -> None:
    text = "id,stage,close date\nD1,Lead,2026-05-01\nD2,Closed Won,2026-04-01\n"
    (first, second), refused = deals(tmp_path, text)
    assert refused == []
    assert (first.status, first.closed, first.expected_close) == (
        DealStatus.OPEN,
        None,
        at(2026, 5, 1) // 86_400,
    )
    assert (second.status, second.closed, second.expected_close) == (DealStatus.WON, at(2026, 4, 1), None)
    assert second.stage is None


def test_won_and_lost_names_and_reasons(tmp_path: Path) -> None:
    text = (
        "id,stage,closed at,loss reason\n"
        "D1,Signed,2026-01-01,\nD2,too dear,2026-01-02,\nD3,Too Dear,2026-01-02,quality\n"
        "D4,Dead,2026-01-03,\n"
        "D5,Lead,,x\n"
    )
    records, refused = deals(tmp_path, text, won=("signed",), lost={"Too dear": "price", "Dead": None})
    assert refused == []
    assert [(each.status, each.stage, each.loss_reason) for each in records] == [
        ("won", None, None),
        ("lost", None, "price"),
        ("lost", None, "quality"),
        ("lost", None, None),
        ("open", "Lead", None),
    ]


def test_known_stages_are_spelled_as_told_and_others_refused(tmp_path: Path) -> None:
    text = "id,stage\nD1,lead\nD2,Proposl\nD3,Xyz\n"
    records, refused = deals(tmp_path, text, stages=("Lead", "Proposal"))
    assert [each.stage for each in records] == ["Lead"]
    assert [(each.line, each.reason) for each in refused] == [
        (3, "no stage is called 'Proposl'; did you mean Proposal?"),
        (4, "no stage is called 'Xyz'; the stages are Lead, Proposal"),
    ]


def test_a_column_of_no_stages_is_refused_quickly(tmp_path: Path) -> None:
    rows = "".join(f"D{n},Proposa{n}\n" for n in range(SUGGESTED + 5))
    _, refusals = read("deals", write(tmp_path / "a.csv", "id,stage\n" + rows), stages=("Lead", "Proposal"))
    assert refusals.count == SUGGESTED + 5
    assert "did you mean Proposal?" in refusals.first[0].reason


def test_a_stage_the_user_lists_is_a_stage(tmp_path: Path) -> None:
    [record], _ = deals(tmp_path, "id,stage\nD1,Lost\n", stages=("Found", "Lost"))
    assert (record.status, record.stage) == ("open", "Lost")


def test_flags(tmp_path: Path) -> None:
    text = (
        "Id,Name,StageName,CloseDate,IsClosed,IsWon\n"
        "1,a,Signed,2026-01-01,1,1\n2,b,Gone,2026-01-02,true,0\n3,c,Lead,2026-01-03,,\n4,d,Lead,2026-01-04,x,\n"
        "5,e,Closed Lost,2026-01-05,1,1\n"
    )
    records, refused = deals(tmp_path, text)
    assert [(each.status, each.stage) for each in records] == [
        ("won", None),
        ("lost", None),
        ("open", "Lead"),
    ]
    assert [(each.line, each.column) for each in refused] == [(5, "IsClosed"), (6, "StageName")]


def test_pipedrive_won_and_lost_times(tmp_path: Path) -> None:
    text = (
        "Deal - ID,Deal - Title,Deal - Stage,Deal - Status,Deal - Won time,Deal - Lost time,"
        "Deal - Lost reason,Deal - Value,Deal - Currency of Value,Deal - Deal created\n"
        "1,a,Proposal,Won,2026-02-01 10:00:00,2026-01-01 10:00:00,,1000,EUR,2025-12-01 09:00:00\n"
        "2,b,Lead,Lost,,2026-01-05 10:00:00,price,,EUR,2025-12-01 09:00:00\n"
        "3,c,Lead,Open,,,,5,SEK,2025-12-01 09:00:00\n"
        "4,d,Lead,Lost,2026-01-05 10:00:00,,,5,SEK,2025-12-01 09:00:00\n"
        "5,e,Lead,Lost,,2025-01-05 10:00:00,,5,SEK,2025-12-01 09:00:00\n"
    )
    records, refused = deals(tmp_path, text)
    assert [(each.status, each.stage, each.closed, each.loss_reason) for each in records] == [
        ("won", "Proposal", at(2026, 2, 1, 10), None),
        ("lost", "Lead", at(2026, 1, 5, 10), "price"),
        ("open", "Lead", None, None),
    ]
    assert [(each.amount, each.currency) for each in records] == [
        (100_000, "EUR"),
        (None, "EUR"),
        (500, "SEK"),
    ]
    assert [(each.line, each.column) for each in refused] == [
        (5, "Deal - Lost time"),
        (6, "Deal - Lost time"),
    ]


def test_probabilities_of_hubspot_are_fractions(tmp_path: Path) -> None:
    rows = "1,a,Lead,0.4,\n2,b,Lead,40,\n3,c,Lead,,\n"
    text = "Record ID,Deal Name,Deal Stage,Deal probability,Close Date\n" + rows
    records, refused = deals(tmp_path, text)
    assert [each.probability for each in records] == [4000, None]
    assert [each.line for each in refused] == [3]


def test_currencies_of_amounts(tmp_path: Path) -> None:
    text = (
        "id,stage,amount,currency\n"
        "1,Lead,1000,JPY\n2,Lead,$5,EUR\n3,Lead,5,XYX\n4,Lead,€5,\n5,Lead,7.5,\n6,Lead,,nok\n7,Lead,1.5,JPY\n"
        "8,Lead,12.345,BHD\n9,Lead,12.345678,KWD\n"
    )
    records, refused = deals(tmp_path, text)
    assert [(each.id, each.amount, each.currency) for each in records] == [
        ("1", 1000, "JPY"),
        ("4", 500, "EUR"),
        ("5", 750, "USD"),
        ("6", None, "NOK"),
        ("8", 12345, "BHD"),
    ]
    assert [(each.line, each.column) for each in refused] == [
        (3, "amount"),
        (4, "currency"),
        (8, "amount"),
        (10, "amount"),
    ]


def test_without_any_currency(tmp_path: Path) -> None:
    from funnel_tui.exchange.deals import read_deals
    from funnel_tui.exchange.mapping import build_mapping
    from funnel_tui.exchange.profiles import GENERIC
    from funnel_tui.exchange.records import ReadOptions
    from funnel_tui.exchange.refusals import Refusals
    from funnel_tui.exchange.table import open_table

    table = open_table(write(tmp_path / "a.csv", "id,stage,amount\n1,Lead,5\n2,Lead,$5\n3,Lead,\n"))
    refusals = Refusals()
    records = list(read_deals(table, build_mapping("deals", table.columns, GENERIC), ReadOptions(), refusals))
    assert [(each.id, each.currency) for each in records] == [("2", "USD")]
    assert [each.reason.partition(";")[0] for each in refusals.first] == ["has no currency"] * 2


@pytest.mark.parametrize(
    ("text", "how", "minor"),
    [
        ("1.234,50", {"locale": "de_DE"}, 123450),
        ("1 234,5", {"decimal": ","}, 123450),
        ("1,234", {}, 123400),
        ("1234.50", {}, 123450),
        ("1234,50", {"locale": "nb_NO"}, 123450),
    ],
)
def test_punctuation_of_amounts(tmp_path: Path, text: str, how: dict[str, str], minor: int) -> None:
    [record], refused = deals(tmp_path, f'id,stage,amount\n1,Lead,"{text}"\n', **how)
    assert (record.amount, refused) == (minor, [])


def test_titles_are_made_where_there_is_no_column(tmp_path: Path) -> None:
    text = "id,stage,company,product\n1,Lead,Acme,Boat\n2,Lead,,Boat\n3,Lead,Acme,\n4,Lead,,\n"
    records, _ = deals(tmp_path, text)
    assert [each.title for each in records] == ["Acme – Boat", "Boat – 2", "Acme – 3", "4"]
    long = "x" * 200
    [record], _ = deals(tmp_path, f"id,stage,company,product\n1,Lead,{long},{long}\n")
    assert len(record.title) == 200


def test_fixes_lookups_and_teams(tmp_path: Path) -> None:
    text = "id,stage,account,owner,team,product\n1,Lead,001A,Anna,,GTXPro\n2,Lead,001B,Bo,South,GTX Pro\n"
    records, _ = deals(
        tmp_path,
        text,
        fixes={"product": {"GTXPro": "GTX Pro"}},
        lookups={"organisation": {"001A": "Acme"}},
        team_of={"Anna": "North", "Bo": "North"},
    )
    assert [(each.organisation, each.team, each.product) for each in records] == [
        ("Acme", "North", "GTX Pro"),
        ("001B", "South", "GTX Pro"),
    ]


def test_constants(tmp_path: Path) -> None:
    values = {"stage": "Lead", "amount": "1k", "currency": "jpy", "created": "2026-01-01", "tags": "a,b"}
    [record], refused = deals(tmp_path, "id\n1\n", values=values)
    assert refused == []
    assert (record.stage, record.amount, record.currency) == ("Lead", 1000, "JPY")
    assert (record.created, record.tags) == (at(2026, 1, 1), ("a", "b"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"amount": "much"}, "--value amount=much: 'much' is not an amount"),
        ({"created": "soon"}, "--value created=soon: 'soon' is not a date"),
        ({"currency": "XYX"}, "--value currency=XYX: no currency is called"),
        ({"probability": "200"}, "--value probability=200"),
        ({"owner": "a\x1bb"}, r"--value owner=a\x1bb: has a control character"),
        ({"status": "maybe"}, "--value status=maybe"),
    ],
)
def test_bad_constants(tmp_path: Path, values: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        deals(tmp_path, "id,stage\n1,Lead\n", values=values)
    assert caught.value.message.startswith(message)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"timezone": "Mars/Base"}, "No time zone"),
        ({"locale": "xx_YY"}, "No locale"),
        ({"date_format": "%Y"}, "--date-format"),
    ],
)
def test_senseless_options(tmp_path: Path, how: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        deals(tmp_path, HEADER, **how)


def test_the_order_of_day_and_month_is_learnt_from_all_date_columns(tmp_path: Path) -> None:
    first = "".join(f"D{n},a,Lead,open,,2/3/2026,\n" for n in range(BATCH * 2))
    (record, *_), refused = deals(tmp_path, HEADER + first + "E,b,Lead,won,,2/3/2026,3/25/2026\n")
    assert (record.created, refused) == (at(2026, 2, 3), [])


def test_dates_that_can_mean_two_days_are_asked_about(tmp_path: Path) -> None:
    text = HEADER + "D1,a,Lead,open,,2/3/2026,\n"
    with pytest.raises(FunnelError, match="Dates such as 2/3/2026") as caught:
        deals(tmp_path, text)
    assert "--date-format" in caught.value.hint
    [record], _ = deals(tmp_path, text, date_format="%d/%m/%Y")
    assert record.created == at(2026, 3, 2)


@pytest.mark.parametrize("ident", ["x" * 101, "a\x07"])
def test_ids_have_limits(tmp_path: Path, ident: str) -> None:
    assert [column for _, column, _ in reasons(tmp_path, f"{ident},a,Lead,open,,,\n")] == ["id"]


def test_names_keep_every_letter(tmp_path: Path) -> None:
    names = ["Bjørn & Søn", "Acme [/EU]", "שלום", "Team 🚀", "=SUM(A1)", "'; DROP TABLE deal;--"]
    rows = "".join(f'{n},"{name}",Lead\n' for n, name in enumerate(names))
    records, refused = deals(tmp_path, "id,title,stage\n" + rows)
    assert ([each.title for each in records], refused) == (names, [])


def test_reading_is_lazy(tmp_path: Path) -> None:
    text = HEADER + "".join(f"D{n},a,Lead,open,,,\n" for n in range(BATCH)) + 'E,"never closed'
    path = write(tmp_path / "a.csv", text)
    with pytest.raises(FunnelError, match="never closed"):
        read("deals", path)
