"""Many writers at once: nothing is lost, nobody is told that the database is locked."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from funnel_tui.domain.status import ChangeOp
from funnel_tui.services.deals import lose_deal
from funnel_tui.services.history import undo
from funnel_tui.services.pipelines import reorder_stages
from tests.services.movers import Outcome, work
from tests.services.world import World
from tests.support.log import logged

PROCESSES, THREADS = 20, 8


def prepare(url: str) -> tuple[World, list[int], int]:
    world = World.make(url)
    deals = [world.deal(f"D{number}") for number in range(6)]
    return world, deals, world.deal("Counter", amount_minor=0, currency="EUR")


def judge(world: World, counter: int, outcomes: list[Outcome]) -> None:
    assert [error for *_, errors in outcomes for error in errors] == []
    moves = sum(outcome[0] for outcome in outcomes)
    edits = sum(outcome[1] for outcome in outcomes)
    assert moves > len(outcomes)
    row = world.deal_row(counter)
    assert (row["amount_minor"], row["version"]) == (edits, edits + 1)
    visits = world.rows("SELECT count(*) FROM stage_visit")[0][0]
    deals = world.rows("SELECT count(*) FROM deal")[0][0]
    assert visits == deals + moves
    versions = world.rows("SELECT sum(version) FROM deal")[0][0]
    assert versions == deals + moves + edits
    assert world.errors() == []


def test_twenty_processes_on_one_file(tmp_path: Path) -> None:
    url = str(tmp_path / "funnel.db")
    world, deals, counter = prepare(url)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.services.movers", "funnel_tui.services.deals", "sqlalchemy"])
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        running = [pool.submit(work, url, seed, 4, deals, world.stages, counter) for seed in range(PROCESSES)]
        outcomes = [future.result(timeout=100) for future in running]
    judge(world, counter, outcomes)


def test_eight_threads_on_postgresql(pg_url: str) -> None:
    world, deals, counter = prepare(pg_url)
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(
            pool.map(lambda seed: work(pg_url, seed, 12, deals, world.stages, counter), range(THREADS))
        )
    judge(world, counter, outcomes)


def test_threads_share_one_database(db_url: str) -> None:
    world, deals, _ = prepare(db_url)
    failures: list[BaseException] = []

    def lose(deal: int) -> None:
        try:
            lose_deal(world.workspace, deal_id=deal, reason="Price")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=lose, args=(deal,)) for deal in deals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert world.rows("SELECT name FROM loss_reason") == [("Price",)]
    made = [one for one in logged(world.workspace, "loss_reason") if one.op == ChangeOp.INSERT]
    assert len(made) == 1
    assert world.errors() == []


def test_stages_change_while_deals_move(pg_url: str) -> None:
    """The one race that row locks do not see: what a deal has reached follows from the order of stages."""
    world, deals, counter = prepare(pg_url)
    failures: list[BaseException] = []
    finished = threading.Event()

    def restack() -> None:
        admin = world.as_user("admin")
        try:
            while not finished.is_set():
                order = [row[0] for row in world.rows("SELECT id FROM stage ORDER BY position DESC")]
                reorder_stages(admin, pipeline_id=world.pipeline, stage_ids=order)
                undo(admin)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=restack)
    thread.start()
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda seed: work(pg_url, seed, 8, deals, world.stages, counter), range(4)))
    finished.set()
    thread.join()
    assert failures == []
    judge(world, counter, outcomes)
