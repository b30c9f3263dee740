"""Finding by name: what comes first, accents, typing errors, difficult names."""

from __future__ import annotations

import pytest

from funnel_tui.domain.finding import FindKind, fold
from funnel_tui.domain.status import DealStatus, OrganisationStatus
from funnel_tui.services import finding
from funnel_tui.services.finding import find, find_index, warm_up
from tests.finding.support import DEALS, ORGANISATIONS, PEOPLE, found_plainly, furnish, open_at


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bjorn", "Bjørnstad"),
        ("BJØRN O", "Bjørn Ødegård"),
        ("fjrodline", "Fjordline AS"),
        ("fjordlne", "Fjordline AS"),
        ("fjoordline", "Fjordline AS"),
        ("gjordline", "Fjordline AS"),
        ("fordlin", "Fjordline AS"),
        ("fjrod", "Fjordline AS"),
        ("odegard", "Bjørn Ødegård"),
        ("kierkegard", "Søren Kierkegård"),
        ("wojcik", "Łukasz Wójcik"),
        ("l.wojcik@ex", "Łukasz Wójcik"),
        ("kari.lie", "Kari Lie"),
        ("lie kari", "Kari Lie"),
        ("kari leie", "Kari Lie"),
        ("strasse", "Straße 7"),
        ("muller", "Müller & Söhne GmbH"),
        ("zazolc", "Zażółć Gęślą"),
        ("acme [/eu]", "Acme [/EU]"),
        ("[/", "Acme [/EU]"),
        ("🚀", "🚀 Rakett"),
        ("جديد", "عقد جديد"),
        ("כהן", "דוד כהן"),
        ("[bold]", "Data platform [bold]"),
        ("100 %", "100 % sure"),
        ("sf-1001", "Fleet renewal"),
        ("platfrom dta", None),
        ("data platfrom", "Data platform [bold]"),
        ("flete renewla", "Fleet renewal two"),
    ],
)
def test_what_is_found_first(db_url: str, text: str, first: str | None) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    found = find(workspace, text)
    assert (found[0].title if found else None) == first


def test_accents_and_case_make_no_difference(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    for text in ("bjorn", "Bjørn", "BJÖRN"):
        assert [one.title for one in find(workspace, text)][:2] == ["Bjørnstad", "Bjørn Ødegård"]


def test_the_order_of_what_is_found(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    found = find(workspace, "fleet renewal")
    # The very name, though won; then what begins with it; then where both words begin words.
    assert [one.title for one in found] == [
        *("Fleet renewal", "Fleet renewal two", "Renewal of the fleet", "Fjordline fleet renewal")
    ]
    assert [one.score for one in found] == [1.0, 0.9, 0.8, 0.8]
    by_word = [one.title for one in find(workspace, "fleet")]
    # Begins with it: open before won. A word begins with it: shorter first. Inside a word: last.
    assert by_word == [
        *("Fleet renewal two", "Fleet renewal", "New fleet", "Renewal of the fleet"),
        *("Fjordline fleet renewal", "Refleeting"),
    ]
    scores = [one.score for one in find(workspace, "fjord")]
    assert scores == sorted(scores, reverse=True)


def test_kinds_and_subtitles(db_url: str) -> None:
    workspace = open_at(db_url)
    deals = furnish(workspace)
    found = {(one.kind, one.title): one for one in find(workspace, "fjordline")}
    deal = found[FindKind.DEAL, "Fjordline fleet renewal"]
    assert (deal.id, deal.subtitle) == (deals["Fjordline fleet renewal"], "Lead")
    assert found[FindKind.ORGANISATION, "Fjordline AS"].subtitle == "prospect"
    assert find(workspace, "bjørn ø")[0].subtitle == "Fjordline AS · bjorn@example.com"
    assert find(workspace, "new fleet")[0].subtitle == "Lead"
    assert find(workspace, "fleet renewal two")[0].subtitle == "Østlandet Kraft · Lead"
    assert find(workspace, "fleet renewal")[0].subtitle == "Acme [/EU] · won"


def test_states_are_called_as_in_the_lists(db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    monkeypatch.setattr(finding, "DEAL_STATUSES", {DealStatus.WON: "vunnet"})
    monkeypatch.setattr(finding, "ORGANISATION_STATUSES", {OrganisationStatus.PROSPECT: "mulig kunde"})
    assert find(workspace, "fleet renewal")[0].subtitle == "Acme [/EU] · vunnet"
    subtitles = {one.title: one.subtitle for one in find(workspace, "fjordline")}
    assert subtitles["Fjordline AS"] == "mulig kunde"


def test_nothing_typed_and_nothing_found(db_url: str) -> None:
    workspace = open_at(db_url)
    assert find(workspace, "anything") == []
    furnish(workspace)
    for text in ("", "   ", "\u0301", "qqqqqqqq", "zz", "x" * 5000, "\ud800", "\x00"):
        assert find(workspace, text) == [], text
    assert find(workspace, "fleet", limit=0) == []
    assert len(find(workspace, "fleet", limit=2)) == 2


def test_short_words_forgive_nothing_and_longer_ones_two_edits(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    assert "Kari Lie" not in {one.title for one in find(workspace, "lei")}
    assert find(workspace, "fjxxdline")[0].title == "Fjordline AS"
    assert find(workspace, "fjxxdlixe") == []
    assert {one.score for one in find(workspace, "fjrodline")} == {0.6}
    assert {one.score for one in find(workspace, "fjxxdline")} == {0.5}


def test_every_name_is_found_by_itself_and_by_any_part_of_it(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    lines: list[tuple[str, str | None]] = [
        *((title, f"SF-{1000 + number}" if number < 5 else None) for number, title in enumerate(DEALS)),
        *((name, None) for name in ORGANISATIONS),
        *PEOPLE,
    ]
    for name, _ in lines:
        assert name in {one.title for one in find(workspace, name)}
        folded = fold(name)
        for start in range(len(folded) - 2):
            part = folded[start : start + 3]
            if part.strip() == part:
                expected = sorted(lines[place][0] for place in found_plainly(lines, part))
                assert sorted(one.title for one in find(workspace, part, limit=100)) == expected, part


def test_the_index_is_read_in_a_thread_and_only_once(db_url: str) -> None:
    workspace = open_at(db_url)
    furnish(workspace)
    index = find_index(workspace)
    assert len(index) == 0
    warm_up(workspace).join(30)
    assert len(index) == len(DEALS) + len(ORGANISATIONS) + len(PEOPLE)
    assert find_index(workspace) is index
    assert find_index(open_at(db_url)) is not index
