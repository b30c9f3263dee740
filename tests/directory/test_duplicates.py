"""Names that are the same, or nearly, and people with the same e-mail or telephone."""

from __future__ import annotations

import pytest

from funnel_tui.domain.naming import folded, mail_domain, organisation_key, person_key, phone_key
from funnel_tui.services.duplicates import duplicate_pairs, likely_duplicates
from funnel_tui.services.merging import merge
from funnel_tui.services.people import edit_organisation
from tests.directory.conftest import World


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fjordline AS", "FJORDLINE A/S"),
        ("Fjordline", "fjordline.no"),
        ("Fjordline", "https://www.fjordline.no/"),
        ("Müller GmbH & Co. KG", "Muller"),
        ("Van Dijk B.V.", "Van Dijk BV"),
        ("Bjørn & Søn AS", "Bjorn og Son"),
        ("A.B. Volvo", "Volvo, Inc."),
        ("Grieg ASA", "GRIEG Ltd."),
        ("Straße 1", "strasse 1"),
    ],
)
def test_the_same_organisation(one: str, other: str) -> None:
    assert organisation_key(one) == organisation_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("AS", "GmbH"), ("😀", "🚀"), ("Nord", "Sør"), ("Acme EU", "Acme US"), ("שלום", "عمر")]
)
def test_not_the_same_organisation(one: str, other: str) -> None:
    assert organisation_key(one) != organisation_key(other)
    assert organisation_key(one)


def test_people_mail_and_telephone() -> None:
    assert person_key("Lie, Kari") == person_key("Dr. Kari Lie") == "kari lie"
    assert folded("ÅSE Łódź Ægir") == "ase lodz aegir"
    assert mail_domain("kari@Fjordline.NO") == "fjordline.no"
    assert mail_domain("kari@gmail.com") is None
    assert mail_domain("kari") is None
    assert mail_domain(None) is None
    assert phone_key("+47 400 12 345") == phone_key("004740012345") == "40012345"
    assert phone_key("123") is None


def test_a_picker_is_warned_of_what_is_there(world: World) -> None:
    nord = world.organisation("Fjordline ASA")
    world.organisation("Bergline")
    world.organisation("Site 12")
    kari = world.person("Kari", nord, email="kari@fjordline.no")
    found = likely_duplicates(world.workspace, "fjordlin as")
    assert [(each.id, each.why) for each in found] == [(nord, "similar name")]
    assert likely_duplicates(world.workspace, "Fjordline")[0].score == 100
    assert likely_duplicates(world.workspace, "Site 13") == []
    assert likely_duplicates(world.workspace, "Unlike anything") == []
    assert likely_duplicates(world.workspace, "  ") == []
    by_domain = likely_duplicates(world.workspace, "New name", email="bo@fjordline.no")
    assert [(each.id, each.why) for each in by_domain] == [(nord, "same e-mail domain")]

    person = likely_duplicates(world.workspace, "K. L.", kind="person", email="KARI@fjordline.no")
    assert [(each.id, each.why, each.organisation) for each in person] == [
        (kari, "same e-mail", "Fjordline ASA"),
    ]
    assert likely_duplicates(world.workspace, "Kari", kind="person", organisation_id=nord + 1) == []
    assert likely_duplicates(world.workspace, "Kari", kind="person", organisation_id=nord)[0].id == kari


def test_what_is_kept_for_the_picker_follows_every_write(world: World) -> None:
    nord = world.organisation("Nord")
    assert likely_duplicates(world.workspace, "Nord")[0].name == "Nord"
    edit_organisation(world.workspace, organisation_id=nord, version=1, changes={"name": "Sør"})
    assert likely_duplicates(world.workspace, "Nord") == []
    assert likely_duplicates(world.workspace, "sor")[0].id == nord


def test_a_limit_keeps_the_most_alike(world: World) -> None:
    for name in ("Fjordlina", "Fjordline", "Fjordlinee", "Fjordlinn"):
        world.organisation(name)
    found = likely_duplicates(world.workspace, "Fjordline", limit=2)
    assert [each.name for each in found] == ["Fjordline", "Fjordlinee"]


def test_pairs_of_organisations(world: World) -> None:
    a, b = world.organisation("Fjordline AS"), world.organisation("FJORDLINE A/S")
    c = world.organisation("Fjordlime")
    d, e = world.organisation("North Sea"), world.organisation("Quite Other")
    world.person("Kari", d, email="k@shared.no")
    world.person("Bo", e, email="b@shared.no")
    world.organisation("Site 12")
    world.organisation("Site 13")
    pairs = duplicate_pairs(world.workspace)
    assert {(pair.first.id, pair.second.id): pair.why for pair in pairs} == {
        (a, b): "same name",
        (a, c): "similar name",
        (b, c): "similar name",
        (d, e): "same e-mail domain",
    }
    assert [pair.score for pair in pairs] == sorted((pair.score for pair in pairs), reverse=True)
    assert len(duplicate_pairs(world.workspace, limit=1)) == 1
    merge(world.workspace, "organisation", a, b, versions=(1, 1))
    assert (a, b) not in {(pair.first.id, pair.second.id) for pair in duplicate_pairs(world.workspace)}


def test_pairs_of_people(world: World) -> None:
    nord, sor, also = world.organisation("Nord AS"), world.organisation("Sør"), world.organisation("Nord ASA")
    kari = world.person("Kari Lie", nord, phone="+47 400 12 345")
    same = world.person("Lie, Kari", also)
    namesake = world.person("Kari Lie", sor)
    married = world.person("Kari Berg", sor, phone="40012345")
    boss = world.person("Bo Ek", nord, phone="40012345")
    one, two = world.person("Per", nord, email="per@x.no"), world.person("P. Dahl", sor, email="PER@x.no")
    pairs = {(pair.first.id, pair.second.id): pair.why for pair in duplicate_pairs(world.workspace, "person")}
    assert pairs == {(kari, same): "same name", (kari, married): "same phone", (one, two): "same e-mail"}
    assert namesake not in {number for pair in pairs for number in pair}
    assert boss not in {number for pair in pairs for number in pair}


def test_thousands_of_names_alike_do_not_take_for_ever(world: World) -> None:
    with world.workspace.change("many") as call:
        from funnel_tui.models import Organisation
        from funnel_tui.services.bulk import RowStream

        stream = RowStream(call, Organisation, ("name", "status", "version"))
        for number in range(3000):
            stream.add(f"Company {chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{number}", "prospect", 1)
        for _ in range(3000):
            stream.add("The very same", "prospect", 1)
        stream.finish()
    pairs = duplicate_pairs(world.workspace, limit=10**6)
    assert len(pairs) == 2999
