"""``funnel deal`` by the real command line, on both databases."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from funnel_tui.domain.bulk_edit import AddTag
from funnel_tui.exchange.text_cells import cell_width
from funnel_tui.services.bulk_edit import apply
from funnel_tui.services.deals import lose_deal, move_deal
from funnel_tui.services.people import create_organisation
from funnel_tui.services.pipelines import create_pipeline, edit_stage
from tests.cli.selling import Run, rows, runner
from tests.services.world import DAY, START, World
from tests.support.cli import json_of, ok, refused


def test_a_deal_from_the_shell_to_the_end(world: World, funnel: Run) -> None:
    create_organisation(world.workspace, name="Fjordline AS")
    ended = funnel(
        *(
            "deal",
            "add",
            "Fjordline [/] fleet",
            "--amount",
            "USD 480k",
            "--close",
            "+2w",
            "-o",
            "fjordline as",
        ),
        *("--tag", "hot", "--tag", "HOT", "--probability", "42.5 %", "--source", "fair", "--id", "F1"),
    )
    number = ok(ended).strip()
    assert ended.stderr == f"funnel: Created deal {number}, Fjordline [/] fleet, in Lead.\n"
    (deal,) = rows(funnel("deal", "show", "F1", "--json"))
    assert deal["amount"] == {"minor": 48_000_000, "currency": "USD", "text": "480000.00"}
    assert (deal["expected_close"], deal["probability"], deal["tags"]) == ("2026-02-05", 0.425, ["hot"])
    assert (deal["organisation"], deal["owner"], deal["source"]) == ("Fjordline AS", "Ana", "fair")
    assert world.summary() == "Created Fjordline [/] fleet in Lead"
    ended = funnel("deal", "move", "fjordline", "--to", "proposal")
    assert (ok(ended), ended.stderr) == ("", "funnel: Move to Proposal: Fjordline [/] fleet.\n")
    ok(funnel("deal", "lose", f"#{number}", "--reason", "price", "--note", "too [b]dear[/b]"))
    (deal,) = rows(funnel("deal", "show", number, "--json"))
    assert (deal["status"], deal["loss_reason"], deal["loss_note"]) == ("lost", "price", "too [b]dear[/b]")
    ok(funnel("deal", "reopen", "f1", "--stage", "2"))
    ok(funnel("deal", "win", "fjordline fleet"))
    (deal,) = rows(funnel("deal", "show", number, "--json"))
    assert (deal["status"], deal["stage"]) == ("won", "Qualified")
    assert [stop["state"] for stop in deal["route"]] == ["visited", "visited", "visited", "skipped"]
    assert world.errors() == []


def test_json_of_a_new_deal_with_a_new_organisation_is_one_change(world: World, funnel: Run) -> None:
    groups = world.groups()
    ended = funnel(
        *("deal", "add", "Zed", "--new-organisation", "Zed AS", "--stage", "3", "--at", "20 jan", "--json")
    )
    (deal,) = json_of(ended)["rows"]
    assert (deal["organisation"], deal["stage"], deal["created"]) == (
        "Zed AS",
        "Proposal",
        "2026-01-20T00:00:00Z",
    )
    assert world.groups() == groups + 1
    ok(funnel("undo"))
    assert world.rows("SELECT count(*) FROM organisation") == [(0,)]
    assert "already" not in funnel("deal", "add", "A", "--new-organisation", "Zed AS").stderr
    assert "that name already: #" in funnel("deal", "add", "B", "--new-organisation", "ZED as").stderr


def test_many_deals_all_or_none(world: World, funnel: Run) -> None:
    lose_deal(world.workspace, deal_id=2, reason="price")
    before, groups = world.snapshot(), world.groups()
    asked = ("deal", "move", "1", "2", "3", "--to", "Proposal")
    says = refused(
        funnel(*asked), code=1, says=("2: Acme [/EU] rollout was lost", "Nothing was done", "--skip-refused")
    )
    assert len(says.splitlines()) == 2
    shown = funnel(*asked, "--dry-run")
    assert shown.returncode == 1
    assert "Changed 2 · Unchanged 0 · Refused 1" in shown.stdout
    told = funnel(*asked, "--json")
    assert told.returncode == 1
    assert (world.snapshot(), world.groups()) == (before, groups)
    done = json_of(funnel(*asked, "--skip-refused", "--json"))
    assert done["totals"] == {"changed": 2, "unchanged": 0, "refused": 1}
    assert [(row["deal_id"], row["result"], row["why"]) for row in done["rows"]] == [
        *((1, "changed", None), (2, "refused", "closed"), (3, "changed", None)),
    ]
    assert done["rows"][0]["version"] == world.deal_row(1)["version"]
    assert world.summary() == "Moved 2 deals to Proposal"
    again = funnel("deal", "move", "1", "3", "--to", "Proposal")
    assert ok(again) == ""
    assert "nothing to do. 2 so already." in again.stderr


def test_a_deal_is_found_by_number_id_and_title(world: World, funnel: Run) -> None:
    def number(text: str) -> int:
        return int(rows(funnel("deal", "show", text, "--json"))[0]["deal_id"])

    assert [number(text) for text in ("1", "#1", "x-7", "ACME RENEWAL", "renewal", "Acme renewl")] == [1] * 6
    assert number("bjorn & son migration") == 3
    refused(
        *(funnel("deal", "show", "acme"),),
        code=1,
        says=("1 'Acme renewal' (Lead)", "2 'Acme [/EU] rollout' (Lead)"),
    )
    refused(funnel("deal", "win", "twice"), code=1, says=("4 'Twice'", "5 'Twice'", "Give the number"))
    refused(funnel("deal", "win", "zzz"), code=1, says=("There is no deal 'zzz'", "funnel deal list"))
    refused(funnel("deal", "win", "#99"), code=1, says=("There is no deal '#99'",))
    refused(funnel("deal", "win", " "), code=1, says=("No deal is named",))
    refused(funnel("deal", "show", "a\udcffb"), code=1, says=("There is no deal",))
    world.deal("Named by a number", external_id="2")
    refused(funnel("deal", "show", "2"), code=1, says=("2 'Acme [/EU] rollout'", "6 'Named by a number'"))
    assert number("#2") == 2


def test_the_list_sorts_filters_and_limits(world: World, funnel: Run) -> None:
    move_deal(world.workspace, deal_id=2, stage_id=world.stages[2])
    lose_deal(world.workspace, deal_id=3, reason="price")
    edit_stage(world.workspace, stage_id=world.stages[0], changes={"stuck_days": 20})
    apply(world.workspace, AddTag("hot"), [1, 2])

    def listed(*args: str) -> list[int]:
        return [row["deal_id"] for row in rows(funnel("deal", "list", *args, "--json"))]

    assert listed("--sort", "deal") == [2, 1, 4, 5]
    assert listed("--sort", "deal", "--descending", "--limit", "2") == [4, 5]
    assert listed("--status", "all", "--sort", "created") == [1, 2, 3, 4, 5]
    assert listed("--status", "lost") == [3]
    assert listed("--stage", "proposal") == [2]
    assert listed("--stuck") == [1, 4, 5]
    assert listed("--tag", "HOT", "--pipeline", "sales", "--owner", "ana") == [1, 2]
    assert listed("acme", "--owner", "Bjørn & Søn") == []
    assert sorted(listed("--as-of", "2026-01-02", "--stage", "lead")) == [1, 2, 3, 4, 5]
    told = json_of(funnel("deal", "list", "--tag", "hot", "--limit", "1", "--json"))
    assert told["report"] == "deals"
    assert told["notes"] == ["The first 1 of 2 deals."]
    assert told["totals"] == {"deals": 1, "amount": {"minor": 100_000, "currency": "EUR", "text": "1000.00"}}
    assert told["rows"][0]["stuck"] is True


def test_the_list_as_table_and_csv(file_world: World, tmp_path: Path) -> None:
    file_world.deal("=HYPERLINK(1)\u202e" + "x" * 100)
    funnel = runner(tmp_path / "funnel.db", COLUMNS="80")
    table = ok(funnel("deal", "list"))
    assert all(cell_width(line) <= 80 for line in table.splitlines())
    assert "\u202e" not in table
    assert "Acme [/EU] rollout" in table
    read = list(csv.DictReader(io.StringIO(ok(funnel("deal", "list", "--sort", "deal", "--format", "csv")))))
    assert len(read) == 6
    assert any(row["deal"].startswith("'=HYPERLINK(1)\ufffd") for row in read)
    shown = ok(funnel("deal", "show", "hyperlink"))
    assert "\u202e" not in shown
    assert all(cell_width(line) <= 80 for line in shown.splitlines())
    assert "Created in Lead" in shown


def test_a_move_in_the_past_and_between_pipelines(world: World, funnel: Run) -> None:
    other = create_pipeline(world.workspace, name="Renewals", stages=["Notice", "Signed"])
    ok(funnel("deal", "move", "1", "--to", "2", "--at", "10 jan 14:30"))
    assert world.visits(1)[-1][1] == START + 9 * DAY + 14 * 3600 + 1800
    ok(funnel("deal", "move", "1", "--to", "3", "--at", "10 jan"))
    assert world.visits(1)[-1][1] == START + 10 * DAY - 1
    refused(funnel("deal", "win", "1", "--at", "2 jan"), code=1, says=("is before the last event",))
    refused(funnel("deal", "win", "1", "--at", "2026-02-01 10:00"), code=1, says=("in the future",))
    refused(funnel("deal", "move", "2", "--to", "signed"), code=1, says=("There is no stage 'signed'",))
    ok(funnel("deal", "move", "2", "--to", "signed", "--pipeline", "renewals"))
    assert world.deal_row(2)["pipeline_id"] == other
    refused(funnel("deal", "move", "1", "2", "--to", "1"), code=2, says=("Sales, Renewals", "--pipeline"))
    refused(funnel("deal", "add", "x"), code=2, says=("Which pipeline?", "'Sales'"))
    assert world.errors() == []


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("add", ""), 1, ("Title must not be empty",)),
        (("add", "x" * 201), 1, ("Title",)),
        (("add", "x", "--amount", "-5"), 1, ("'-5' is negative", "480k")),
        (("add", "x", "--amount", "lots"), 1, ("'lots' is not an amount", "480k")),
        (("add", "x", "--amount", "99999999999999999999"), 1, ("too large",)),
        (("add", "x", "--close", "31 feb"), 1, ("'31 feb'",)),
        (("add", "x", "--close", "0000-01-01"), 1, ("'0000-01-01'",)),
        (("add", "x", "--close", "9999-01-01"), 1, ("1900 and 2200",)),
        (("add", "x", "--probability", "101"), 1, ("at most 100 %",)),
        (("add", "x", "--stage", "9"), 1, ("There is no stage 9; there are 4.",)),
        (("add", "x", "--stage", "Leed"), 1, ("Did you mean 'Lead'?",)),
        (("add", "x", "--owner", "Anna"), 1, ("There is no rep 'Anna'", "'Ana'")),
        (("add", "x", "-o", "Nobody AS"), 1, ("There is no organisation", "--new-organisation")),
        (("add", "x", "-o", "A", "--new-organisation", "B"), 2, ("exclude each other",)),
        (("add", "x", "--tag", "\u200b"), 1, ("Tag must not be empty",)),
        (("add", "x", "--id", "X-7"), 1, ("There is already a deal 'X-7'",)),
        (("add", "x\udcff"), 1, ("Title",)),
        (("lose", "1"), 2, ("--reason",)),
        (("lose", "1", "--reason", " "), 1, ("Reason must not be empty",)),
        (("reopen", "1"), 1, ("Acme renewal is open",)),
        (("move", "1", "--to", "lead", "--at", "31 feb"), 1, ("'31 feb'",)),
        (("list", "--owner", "a", "--team", "b"), 2, ("exclude each other",)),
        (("list", "--stage", "Nowhere"), 1, ("There is no stage 'Nowhere'",)),
        (("list", "--limit", "0"), 2, ("0",)),
        (("show", "1", "--as-of", "never"), 2, ("--as-of 'never'",)),
        (("show", "1", "--as-of", "2020-01-01"), 1, ("There is no deal with number 1",)),
        (("shw", "1"), 2, ("shw",)),
    ],
)
def test_what_is_refused(
    file_world: World, file_funnel: Run, args: tuple[str, ...], code: int, says: tuple[str, ...]
) -> None:
    before, groups = file_world.snapshot(), file_world.groups()
    said = refused(file_funnel("deal", *args), code=code, says=says)
    assert len(said.splitlines()) == 1
    assert (file_world.snapshot(), file_world.groups()) == (before, groups)


def test_who_is_meant_when_no_owner_is_said(file_world: World, tmp_path: Path) -> None:
    funnel = runner(tmp_path / "funnel.db", LOGNAME="root", USER="root")
    refused(funnel("deal", "add", "x"), code=2, says=("Whose is it?", "--owner NAME"))
    folder = tmp_path / "config" / "funnel"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('user = "Bjørn & Søn"\n', encoding="utf-8")
    funnel = runner(tmp_path / "funnel.db", XDG_CONFIG_HOME=str(tmp_path / "config"))
    number = ok(funnel("deal", "add", "x")).strip()
    assert file_world.deal_row(int(number))["owner_id"] == file_world.reps[1]
    ok(funnel("deal", "win", number))
    groups = file_world.rows("SELECT actor, summary FROM change_group ORDER BY id DESC LIMIT 2")
    assert groups == [("Bjørn & Søn", "Won x"), ("Bjørn & Søn", "Created x in Lead")]


def test_a_new_loss_reason_is_made_and_told(world: World, funnel: Run) -> None:
    lose_deal(world.workspace, deal_id=2, reason="price")
    ended = funnel("deal", "lose", "1", "--reason", "Prcie")
    ok(ended)
    said = "funnel: A new loss reason: Prcie. Did you mean price? funnel undo takes it back.\n"
    assert ended.stderr.endswith(said)
    (deal,) = rows(funnel("deal", "show", "1", "--json"))
    assert deal["loss_reason"] == "Prcie"
    ended = funnel("deal", "lose", "3", "--reason", "PRICE")
    ok(ended)
    assert "new loss reason" not in ended.stderr


def test_amounts_in_the_language_of_the_shell(file_world: World, tmp_path: Path) -> None:
    funnel = runner(tmp_path / "funnel.db", LC_NUMERIC="nb_NO.UTF-8")
    for text, minor in (
        ("480 000,50", 48_000_050),
        ("1,2m", 120_000_000),
        ("5k", 500_000),
    ):
        number = ok(funnel("deal", "add", "x", "--amount", text)).strip()
        assert file_world.deal_row(int(number))["amount_minor"] == minor


def test_no_database_is_made_by_a_command_that_needs_deals(tmp_path: Path) -> None:
    funnel = runner(tmp_path / "none.db")
    for args in (("list",), ("show", "1"), ("add", "x"), ("win", "1")):
        refused(funnel("deal", *args), code=1, says=("There is no database",))
    assert not (tmp_path / "none.db").exists()


def test_help_names_the_commands(tmp_path: Path) -> None:
    funnel = runner(tmp_path / "none.db")
    said = ok(funnel("deal", "--help"))
    assert all(word in said for word in ("add", "list", "show", "move", "win", "lose", "reopen"))
    for word in ("add", "list", "show", "move", "win", "lose", "reopen"):
        assert "--json" in ok(funnel("deal", word, "--help"))
