"""Real-shaped exports of other programs, checked against their truth.json."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from funnel_tui.services.importing import ImportRefused
from tests.importing.support import Folder, reasons

STANDING = """
SELECT p.name, r.name, s.name, d.status, d.amount_minor, d.closed_at - d.created_at, l.name
FROM deal d JOIN pipeline p ON p.id = d.pipeline_id JOIN rep r ON r.id = d.owner_id
JOIN stage s ON s.id = d.stage_id LEFT JOIN loss_reason l ON l.id = d.loss_reason_id
"""


def test_hubspot_in_two_pipelines(folder: Folder, shared_data: Path) -> None:
    data = shared_data / "hubspot_dummy"
    truth = json.loads((data / "truth.json").read_text())
    files = (str(data / "hubspot_deals.csv"), str(data / "hubspot_companies.csv"))
    outcome = folder.load("deals", *files, read={"currency": "USD"})
    assert outcome.new == truth["quality"]["deals"]
    rows = folder.rows(STANDING)
    for place, blocks in ((0, truth["by_pipeline"]), (1, truth["by_owner"])):
        for name, block in blocks.items():
            mine = [row for row in rows if row[place] == name]
            assert Counter(row[3] for row in mine) == {
                "won": block["won"],
                "lost": block["lost"],
                "open": block["open"],
            }
            stages = {stage: n for stage, n in block["by_stage"].items() if not stage.startswith("Closed")}
            assert Counter(row[2] for row in mine if row[3] == "open") == stages
            for status, value in (("won", block["won_value"]), ("open", block["open_value"])):
                assert sum(row[4] for row in mine if row[3] == status) == int(Decimal(value) * 100)
            days = [row[5] / 86_400 for row in mine if row[3] == "won"]
            assert round(sum(days) / len(days), 4) == block["mean_days_won"]
    lost = Counter(row[6] for row in rows if row[3] == "lost")
    assert lost == {
        "no reason (imported)" if name == "(none)" else name: n for name, n in truth["lost_reasons"].items()
    }
    # The domains of the deals are told apart by the companies file.
    assert folder.one("SELECT count(*) FROM organisation WHERE name = 'Cruz Inc'") == 1
    assert folder.load("deals", *files, read={"currency": "USD"}).unchanged == 500


def test_salesforce(folder: Folder, shared_data: Path) -> None:
    data = shared_data / "salesforce_demo"
    truth = json.loads((data / "truth.json").read_text())
    deals = str(data / "Opportunity.csv")
    with pytest.raises(ImportRefused) as caught:
        folder.load("deals", deals)
    assert caught.value.rows == truth["quality"]["closed_date_before_created"]
    assert "--map created=" in reasons(caught.value)[0][2]
    assert folder.counts()["deal"] == 0

    outcome = folder.load(
        "deals", deals, str(data / "Account.csv"), maps={"created": ""}, read={"currency": "USD"}
    )
    assert outcome.new == truth["rows"]["opportunities"]
    rows = folder.rows(STANDING)
    for stage, block in truth["by_stage"].items():
        status = {"Closed Won": "won", "Closed Lost": "lost"}.get(stage, "open")
        mine = [row for row in rows if row[3] == status and (status != "open" or row[2] == stage)]
        assert len(mine) == block["count"]
        assert sum(row[4] for row in mine) == int(Decimal(block["amount"]) * 100)
    expected = "SELECT sum(amount_minor * probability_bp) FROM deal WHERE status = 'open'"
    assert folder.one(expected) == int(Decimal(truth["expected_open"]) * 1_000_000)
    assert folder.one("SELECT count(*) FROM organisation") == truth["rows"]["accounts"]
