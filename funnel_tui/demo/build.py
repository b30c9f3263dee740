"""Building the demo: one change group, streamed, the same for the same seed and clock."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from funnel_tui.demo import furnish, words
from funnel_tui.demo.cast import BASE_CURRENCY, PROCESSES, TIME_ZONE
from funnel_tui.demo.chores import Chores
from funnel_tui.demo.desk import Desk
from funnel_tui.demo.quotas import QuotaBook
from funnel_tui.demo.story import Story, Storyteller, at_work, by_now
from funnel_tui.demo.targets import write_targets
from funnel_tui.domain.money import Rates
from funnel_tui.domain.period import add_months, local_day, start_of
from funnel_tui.errors import DatabaseProblem, Refused, UsageError
from funnel_tui.services.bulk import BulkWriter
from funnel_tui.services.opening import Target, open_workspace
from funnel_tui.services.standing import Pricing
from funnel_tui.services.transaction import Transaction
from funnel_tui.services.workspace import Workspace, system_clock

DEALS = 1200
MAX_DEALS = 1_000_000
MONTHS = 18

FULL_STORIES = 20_000
"""Beyond this many deals only some of the closed ones have interactions, tasks, contacts and tags."""
COLD_CALLS = 8
"""Calls to strangers per deal, at most ``MAX_COLD_CALLS`` in all."""
MAX_COLD_CALLS = 20_000

_MARK_CUSTOMERS = """
UPDATE organisation SET status = 'customer'
WHERE id IN (SELECT organisation_id FROM deal WHERE status = 'won')
"""

Progress = Callable[[int, int], None]
"""Is told how many deals are done, and of how many."""


def build_demo(
    workspace: Workspace, *, deals: int = DEALS, seed: int = 7, progress: Progress | None = None
) -> None:
    """Fill an empty database with eighteen months of selling up to the workspace's clock.

    It begins with the month eighteen months back. The same seed and clock give the same data. It is one
    change group, "Demo data".

    :param deals: 1 to 1,000,000; memory does not grow with it.
    :param progress: told about every 2,000 deals.
    :raises UsageError: for another number of deals.
    :raises Refused: when there are pipelines, reps or deals already.
    """
    if not 1 <= deals <= MAX_DEALS:
        raise UsageError(f"{deals} demo deals are not possible.", f"Ask for 1 to {MAX_DEALS:,}.")
    with workspace.change("demo") as call:
        call.alone()
        _refuse_unless_empty(call)
        call.summary = "Demo data"
        _Build(call, deals, seed).run(progress)


def demo_file(
    path: Path,
    *,
    deals: int = DEALS,
    seed: int = 7,
    clock: Callable[[], int] = system_clock,
    progress: Progress | None = None,
) -> Workspace:
    """Make a new database file with the demo in it.

    A build that is interrupted leaves no file behind, even if the empty database was still being set up.

    :returns: the open workspace.
    :raises DatabaseProblem: when the file is there and not empty, or cannot be made.
    """
    with contextlib.suppress(OSError):
        if path.is_dir() or path.stat().st_size:
            raise DatabaseProblem(
                f"{path} is there already.", "Give the name of a new file; it was left as it is."
            )
    workspace = None
    try:
        workspace = open_workspace(Target(path=path))
        workspace.clock = clock
        build_demo(workspace, deals=deals, seed=seed, progress=progress)
    except BaseException:
        if workspace is not None:
            workspace.database.close()
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            with contextlib.suppress(OSError):
                os.unlink(path.with_name(name))
        raise
    return workspace


def _refuse_unless_empty(call: Transaction) -> None:
    for table, name in (("pipeline", "pipelines"), ("rep", "reps"), ("deal", "deals")):
        if call.reader.rows(f"SELECT id FROM {table} LIMIT 1"):  # noqa: S608 - one of the three names above
            raise Refused(
                f"The database has {name} already; demo data goes into an empty one.",
                "Give a new file with --db.",
            )


class _Build:
    """One run: the parts and how many deals there are."""

    def __init__(self, call: Transaction, deals: int, seed: int) -> None:
        self._call = call
        self._deals = deals
        self._rng = random.Random(seed)
        self._now = call.at
        zone = ZoneInfo(TIME_ZONE)
        today = local_day(self._now, zone)
        first_day = add_months(today, -MONTHS)
        self._first = start_of(first_day, zone) + 8 * 3600
        rates = furnish.exchange_rates(self._rng, first_day, today)
        furnish.settle(call, rates)
        self._pricing = Pricing(Rates.build(BASE_CURRENCY, rates), zone)
        self._cast = furnish.people(call, self._rng, furnish.furnish(call), deals)
        self._quotas = QuotaBook(self._cast, self._first, self._now, zone)

    def run(self, progress: Progress | None) -> None:
        """Tell all deals and write them."""
        cast, rng, now = self._cast, self._rng, self._now
        teller = Storyteller(rng, cast, now)
        with BulkWriter(self._call, cast.ladders, self._pricing) as bulk:
            desk = Desk(bulk, cast, Chores(rng, cast, now))
            for place in range(self._deals):
                company = self._company(place)
                story = teller.tell(cast.first_organisation + company, self._created(place))
                story.deal["title"] = self._title(company, story.process)
                told = story.open or rng.random() * self._deals < FULL_STORIES
                desk.write(story, company, told=told)
                self._count(story)
                for _ in range(self._cold_calls()):
                    at = at_work(self._first + int((now - self._first) * rng.random()), rng)
                    desk.cold_call(self._company(-1), by_now(at, now))
                if progress is not None and place % 2000 == 1999 and place + 1 < self._deals:
                    progress(place + 1, self._deals)
        self._quotas.write(self._call)
        write_targets(self._call, cast, local_day(now, self._pricing.zone), self._pricing)
        # Their rows are this call's own and were recorded when they were written.
        self._call.connection.exec_driver_sql(_MARK_CUSTOMERS)
        if progress is not None:
            progress(self._deals, self._deals)

    def _company(self, place: int) -> int:
        """Which company a deal is with; those with odd names have one of the latest deals each."""
        odd, from_last = len(words.ODD_NAMES), self._deals - 1 - place
        if place >= 0 and from_last % 7 == 3 and from_last // 7 < odd:
            return from_last // 7
        return odd + int(self._rng.random() ** 1.4 * (len(self._cast.organisations) - odd))

    def _created(self, place: int) -> int:
        """When a deal was created: in the order of their numbers, a little denser towards the end."""
        part = (place + self._rng.random()) / self._deals
        at = at_work(self._first + int((self._now - self._first) * part**0.92), self._rng)
        return min(at, self._now - int(self._rng.random() * 3600))

    def _title(self, company: int, process: int) -> str:
        topics = words.TOPICS if PROCESSES[process].name == "New business" else words.RENEWAL_TOPICS
        topic = topics[int(self._rng.random() * len(topics))]
        name = self._cast.organisations[company]
        if company >= len(words.ODD_NAMES):
            name = name.split(" ", 1)[0]
        elif name.startswith("=") or len(name) > 60:
            return name
        return f"{name} {topic}"

    def _cold_calls(self) -> int:
        per_deal = min(float(COLD_CALLS), MAX_COLD_CALLS / self._deals)
        return int(per_deal + self._rng.random())

    def _count(self, story: Story) -> None:
        if story.won:
            closed_at, deal = story.visits[-1]["left_at"], story.deal
            base = self._pricing.closed_base(deal["amount_minor"], deal["currency"], closed_at)
            self._quotas.won(story.visits[-1]["exit_owner_id"], closed_at, base)
