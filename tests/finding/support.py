"""A small world of names, and finding done plainly."""

from __future__ import annotations

from funnel_tui.db import Database, Target
from funnel_tui.domain.finding import fold
from funnel_tui.services.deals import create_deal, win_deal
from funnel_tui.services.people import create_organisation, create_person, create_rep
from funnel_tui.services.pipelines import create_pipeline
from funnel_tui.services.workspace import Workspace

NOW = 1_795_000_000

ORGANISATIONS = (
    *("Fjordline AS", "Acme [/EU]", "Østlandet Kraft", "Müller & Söhne GmbH", "Bjørnstad", "شركة النور"),
    *("Straße 7", "Fjord Cruises", "🚀 Rakett", "Zażółć Gęślą"),
)
PEOPLE = (
    *(("Bjørn Ødegård", "bjorn@example.com"), ("Kari Lie", "kari.lie@example.com"), ("Bjarne Lie", None)),
    *(("Søren Kierkegård", None), ("Łukasz Wójcik", "l.wojcik@example.com"), ("דוד כהן", None)),
)
DEALS = (
    *("Fjordline fleet renewal", "Fleet renewal", "Fleet renewal two", "New fleet", "Data platform [bold]"),
    *("Éco pilot", "Renewal of the fleet", "Pilot", "100 % sure", "عقد جديد", "Refleeting"),
)


def open_at(url: str, actor: str = "tester") -> Workspace:
    return Workspace(Database(Target.parse(url)), clock=lambda: NOW, actor=actor)


def furnish(workspace: Workspace) -> dict[str, int]:
    """Write it down.

    :returns: the numbers of the deals by title; "Fleet renewal" is won.
    """
    reps = [create_rep(workspace, name=name) for name in ("Anna Åsberg", "Chen")]
    pipeline = create_pipeline(workspace, name="Sales", stages=["Lead", "Offer"])
    firms = [create_organisation(workspace, name=name) for name in ORGANISATIONS]
    for number, (name, email) in enumerate(PEOPLE):
        create_person(workspace, name=name, email=email, organisation_id=firms[number])
    deals = {}
    for number, title in enumerate(DEALS):
        deals[title] = create_deal(
            workspace,
            title=title,
            pipeline_id=pipeline,
            owner_id=reps[number % 2],
            organisation_id=firms[number % len(firms)] if number % 3 else None,
            external_id=f"SF-{1000 + number}" if number < 5 else None,
            at=NOW - 86_400,
        )
    win_deal(workspace, deal_id=deals["Fleet renewal"])
    return deals


def found_plainly(lines: list[tuple[str, str | None]], text: str) -> set[int]:
    """The places of the lines in which every word of a text occurs."""
    words = fold(text).split()
    folded = [f"{fold(name)}\t{fold(second or '')}" for name, second in lines]
    return {place for place, line in enumerate(folded) if all(word in line for word in words)}
