"""Importing mail: whose a message is, which deal it belongs to, and what hostile and broken messages do."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from funnel_tui.errors import FunnelError, UsageError
from funnel_tui.services.deal_detail import deal_detail
from funnel_tui.services.deal_people import link_person
from funnel_tui.services.history import list_groups, undo
from funnel_tui.services.importing import ImportRefused, Outcome
from funnel_tui.services.interactions import edit_interaction
from funnel_tui.services.people import create_organisation, create_person, create_rep
from tests.importing.support import Folder, at, reasons
from tests.importing.test_interactions import DAYS, STORED, counts
from tests.support.cli import ok, run_here

KARI, BO, ANNA, STRANGER = "kari@nord.no", "bo@nord.no", "anna@us.no", "x@elsewhere.org"


def message(
    *,
    sender: str = ANNA,
    to: str = KARI,
    day: str = "2026-02-01",
    ident: str | None = "m1",
    text: str = "Hello Kari",
    subject: str = "Offer",
    **headers: str,
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(datetime.fromisoformat(f"{day}T10:00:00+00:00").astimezone(UTC))
    if ident is not None:
        made["Message-ID"] = f"<{ident}@us.no>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def mbox(*messages: EmailMessage | bytes) -> bytes:
    """The messages as an mbox file."""
    parts = []
    for each in messages:
        raw = each if isinstance(each, bytes) else each.as_bytes()
        parts.append(b"From - Mon Feb  2 10:00:00 2026\n" + raw.rstrip(b"\n") + b"\n\n")
    return b"".join(parts)


class Post(Folder):
    """A folder with a rep, two people, and a way to import messages."""

    def mail(self, *contents: bytes | EmailMessage, name: str = "in.mbox", **options: Any) -> Outcome:
        path = self.path / name
        path.write_bytes(mbox(*contents) if name.endswith("mbox") else b"".join(map(bytes, contents)))
        return self.load("interactions", str(path), **options)

    def note(self) -> str:
        return str(self.one("SELECT note FROM interaction"))


@pytest.fixture
def post(folder: Folder) -> Post:
    made = Post(folder.path, folder.workspace)
    create_rep(made.workspace, name="Anna", email="Anna@Us.no")
    nord = create_organisation(made.workspace, name="Nord")
    create_person(made.workspace, name="Kari Lie", email="Kari@Nord.no", organisation_id=nord)
    create_person(made.workspace, name="Bo Ek", email=BO, organisation_id=nord)
    return made


def with_deal(post: Post, *deals: tuple[str, str, str]) -> None:
    """Deals of Kari, each as id, day of creation and day of closing."""
    stands = [
        (ident, ident, "Anna", "Lead", "won" if closed else "open", "1", "EUR", created, closed)
        for ident, created, closed in deals
    ]
    post.deals(*stands)
    rows = [("Kari Lie", KARI, ident) for ident, *_ in deals]
    path = post.write("contacts.csv", [("name", "email", "deal id"), *rows])
    post.load("contacts", path)


def test_a_message_of_a_rep_goes_out_and_one_of_a_person_comes_in(post: Post) -> None:
    outcome = post.mail(
        message(),
        message(
            sender="Kari Lie <KARI@nord.no>",
            to=f"Anna <{ANNA}>",
            ident="m2",
            day="2026-02-02",
            In_Reply_To="<m1@us.no>",
        ),
        message(sender=KARI, to=ANNA, ident="m3", day="2026-02-03"),
    )
    assert counts(outcome) == (3, 0, 0)
    assert outcome.lines()[0] == "3 messages read; interactions: 3 new, 0 updated, 0 unchanged."
    stored = [(row[0], row[2], row[3], row[4], row[5], row[6], row[7], row[8]) for row in post.rows(STORED)]
    assert stored == [
        ("mail:m1@us.no", "Nord", "Kari Lie", "Anna", "Email", "out", "sent", at("02-01") + 36_000),
        ("mail:m2@us.no", "Nord", "Kari Lie", "Anna", "Email", "in", "reply", at("02-02") + 36_000),
        ("mail:m3@us.no", "Nord", "Kari Lie", "Anna", "Email", "in", None, at("02-03") + 36_000),
    ]
    assert post.rows(DAYS) == [(3, 0, 2, 1, 1)]


def test_a_message_with_nobody_known_is_counted_and_passed_over(post: Post) -> None:
    outcome = post.mail(message(to=STRANGER), message(sender=STRANGER, to=ANNA, ident="m2"))
    assert counts(outcome) == (0, 0, 0)
    assert "2 were with nobody known and were passed over." in outcome.lines()
    assert post.one("SELECT count(*) FROM person") == 2


def test_people_are_also_found_among_the_copies(post: Post) -> None:
    post.mail(message(to=STRANGER, Cc=f"{STRANGER}, Bo <{BO}>"))
    assert post.rows(STORED)[0][3] == "Bo Ek"


SHARED = "office@nord.no"


def sharing(post: Post) -> tuple[int, int]:
    """Two people with one address, at two organisations; their numbers."""
    syd = create_organisation(post.workspace, name="Syd")
    nord = post.one("SELECT id FROM organisation WHERE name = 'Nord'")
    return (
        create_person(post.workspace, name="Liv Dal", email=SHARED, organisation_id=nord),
        create_person(post.workspace, name="Liv Dal", email=SHARED.upper(), organisation_id=syd),
    )


@pytest.mark.parametrize(
    ("sender", "to", "column"), [(ANNA, SHARED, "To"), (SHARED, ANNA, "From"), (STRANGER, SHARED, "To")]
)
def test_an_address_that_several_people_have_is_not_guessed_at(
    post: Post, sender: str, to: str, column: str
) -> None:
    sharing(post)
    unclear = message(sender=sender, to=to, ident="m2")
    with pytest.raises(ImportRefused) as caught:
        post.mail(message(), unclear)
    ((line, place, reason),) = reasons(caught.value)
    assert (line > 5, place) == (True, column)
    assert reason.startswith("2 people have the address 'office@nord.no', and nothing says which of them")
    assert "merge them" in reason
    assert "--skip-bad leaves out" in caught.value.hint
    assert post.one("SELECT count(*) FROM interaction") == 0
    outcome = post.mail(message(), unclear, skip_bad=True)
    assert counts(outcome) == (1, 0, 0)
    assert "1 row was refused and left out." in outcome.lines()
    assert [row[3] for row in post.rows(STORED)] == ["Kari Lie"]


def test_of_several_people_the_one_with_a_part_in_the_deal_of_the_thread_is_meant(post: Post) -> None:
    _, second = sharing(post)
    with_deal(post, ("one", "2026-01-05", ""))
    deal = post.one("SELECT id FROM deal")
    link_person(post.workspace, deal_id=deal, person_id=second)
    post.mail(message(), message(sender=SHARED, to=ANNA, ident="m2", In_Reply_To="<m1@us.no>"))
    assert post.rows("SELECT deal_id, person_id FROM interaction WHERE external_id = 'mail:m2@us.no'") == [
        (deal, second)
    ]


def test_of_several_people_who_had_the_message_before_is_meant(post: Post) -> None:
    _, second = sharing(post)
    post.mail(message(to=BO))
    number, version = post.rows("SELECT id, version FROM interaction")[0]
    edit_interaction(post.workspace, interaction_id=number, version=version, changes={"person_id": second})
    post.mail(message(sender=SHARED, to=ANNA, ident="m2", In_Reply_To="<m1@us.no>"))
    assert post.one("SELECT person_id FROM interaction WHERE external_id = 'mail:m2@us.no'") == second


def test_somebody_certain_goes_before_a_shared_address(post: Post) -> None:
    sharing(post)
    post.mail(message(to=SHARED, Cc=BO))
    assert [row[3] for row in post.rows(STORED)] == ["Bo Ek"]


def test_a_message_that_is_there_already_is_not_refused(post: Post) -> None:
    create_person(post.workspace, name="Liv Dal", email=SHARED)
    assert counts(post.mail(message(to=SHARED))) == (1, 0, 0)
    sharing(post)
    assert counts(post.mail(message(to=SHARED))) == (0, 0, 1)


def test_whose_mailbox_it_is_can_be_said(post: Post) -> None:
    post.mail(message(sender="me@private.no"), values={"owner": "Per"})
    assert post.rows(STORED)[0][4] == "Per"
    with pytest.raises(UsageError, match="say nothing about mail"):
        post.mail(message(ident="m2"), values={"kind": "Call"})


def test_again_changes_nothing_and_the_same_message_in_two_files_is_one(post: Post) -> None:
    assert counts(post.mail(message(), message())) == (1, 0, 1)
    assert counts(post.mail(message())) == (0, 0, 1)
    assert counts(post.mail(message(), name="letter.eml")) == (0, 0, 1)


def test_the_only_open_deal_of_the_person_is_meant(post: Post) -> None:
    with_deal(post, ("old", "2026-01-05", "2026-01-20"), ("new", "2026-01-25", ""))
    post.mail(
        *(message(ident=f"m{n}", day=f"2026-01-{day}") for n, day in enumerate(("03", "10", "22", "28")))
    )
    assert [row[1] for row in post.rows(STORED)] == [None, "old", None, "new"]
    deal = post.one("SELECT id FROM deal WHERE external_id = 'new'")
    assert post.one(f"SELECT touched_at FROM deal WHERE id = {deal}") == at("01-28") + 36_000
    texts = [item.text for item in deal_detail(post.workspace, deal).timeline.items]
    assert "Email · Kari Lie · sent" in texts


def test_a_thread_stays_with_its_deal(post: Post) -> None:
    with_deal(post, ("one", "2026-01-05", ""))
    post.mail(message(ident="m1"))
    with_deal(post, ("two", "2026-01-06", ""))
    post.mail(
        message(ident="m2", sender=BO, to=ANNA, References="<other@x> <m1@us.no>"),
        message(ident="m3", In_Reply_To="<m2@us.no>"),
        message(ident="m4"),
    )
    assert [row[1] for row in post.rows(STORED)] == ["one", "one", "one", None], (
        "two are open: neither is meant"
    )


def test_a_message_without_an_id_is_known_by_what_it_says(post: Post) -> None:
    one, other = message(ident=None), message(ident=None, text="Something else")
    assert counts(post.mail(one, other)) == (2, 0, 0)
    assert counts(post.mail(one, other)) == (0, 0, 2)
    assert post.rows(STORED)[0][0].startswith("mail:hash:")


@pytest.mark.parametrize("name", ["one.mbox", "one.eml", "lines.eml", "bare.eml"])
def test_a_message_without_an_id_is_the_same_in_a_mailbox_and_alone(post: Post, name: str) -> None:
    raw = message(ident=None).as_bytes().rstrip(b"\n") + b"\n"
    raw = {"lines.eml": raw.replace(b"\n", b"\r\n"), "bare.eml": raw.rstrip()}.get(name, raw)
    assert counts(post.mail(message(ident=None))) == (1, 0, 0)
    assert counts(post.mail(raw, name=name)) == (0, 0, 1)


def test_the_note_is_the_subject_and_the_beginning_of_the_text(post: Post) -> None:
    text = "Dear Kari,\n> what you wrote\n\n\n\nall is well\n" + "word " * 1000
    post.mail(message(text=text))
    note = post.note()
    assert note.startswith("Offer\nDear Kari,\n\nall is well\nword word")
    assert note.endswith(" …")
    assert len(note) < 2100


def test_html_alone_becomes_text(post: Post) -> None:
    made = message()
    made.set_content(
        "<html><style>p {color: red}</style><body><p>Dear&nbsp;<b>Kari</b></p><script>alert(1)</script>Bye"
        "</body></html>",
        subtype="html",
    )
    post.mail(made)
    assert post.note() == "Offer\nDear Kari\nBye"


def test_attachments_are_passed_over_and_nested_parts_read(post: Post) -> None:
    made = message(text="the text")
    made.add_alternative("<p>the same</p>", subtype="html")
    made.add_attachment(bytes(range(256)) * 100, maintype="application", subtype="pdf", filename="a.pdf")
    made.add_attachment("secret", filename="note.txt")
    outer = EmailMessage()
    for name in ("From", "To", "Date", "Message-ID", "Subject"):
        outer[name] = made[name]
    outer.make_mixed()
    outer.attach(made)
    post.mail(outer)
    assert post.note() == "Offer\nthe text"


HOSTILE: dict[str, bytes] = {
    "an encoding nobody knows": b"Subject: =?x-klingon?B?aGk=?=\n"
    b"Content-Type: text/plain; charset=x-klingon\n\nhi \xe6",
    "broken base64": b"Subject: =?utf-8?B?%%%?=\nContent-Transfer-Encoding: base64\n\n!!!not base64",
    "control characters": b"Subject: a\x07\x1b[31mred\x00\n\nbell \x07 and \x1b]0;title\x07 nul \x00 end",
    "an injected header": b"Subject: =?utf-8?Q?hi=0D=0ABcc:_x@y.z?=\n\ntext",
    "bytes that are no text": b"Subject: \xff\xfe\xe6\n\n\xff\xfe\xe6\x80",
    "marks that turn the text": "Subject: =?utf-8?Q?=E2=80=AEabc?=\n\n\u202eabc\u2066".encode(),
    "a multipart without an end": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    b"Content-Type: text/plain\n\nhi",
    "a multipart without a boundary": b"Content-Type: multipart/mixed\n\nhi",
    "parts in parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    ),
    "a content type of nonsense": b'Content-Type: ;;;=/"\\x\nContent-Disposition: "\n\nhi',
    "a header of nothing but colons": b"::::\n: x\nSubject\n\nhi",
    "a line without an end": b"Subject: " + b"x" * 200_000 + b"\n\nhi",
    "ten thousand parameters": b"Content-Type: text/plain" + b"; a*0*=x" * 10_000 + b"\n\nhi",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_messages_do_no_harm(post: Post, what: str) -> None:
    head = f"From: {ANNA}\nTo: {KARI}\nDate: Mon, 2 Feb 2026 10:00:00 +0000\nMessage-ID: <h@x>\n".encode()
    outcome = post.mail(head + HOSTILE[what], message(ident="after"))
    assert counts(outcome) == (2, 0, 0)
    for note in (str(row[11] or "") for row in post.rows(STORED)):
        assert all(char.isprintable() or char == "\n" for char in note)
        assert not any(0x2066 <= ord(char) <= 0x2069 or 0x202A <= ord(char) <= 0x202E for char in note)


def test_ten_thousand_addresses_are_looked_at_up_to_a_limit(post: Post) -> None:
    crowd = b", ".join(b'"Person %d" <p%d@crowd.org>' % (n, n) for n in range(10_000))
    head = f"From: {ANNA}\nTo: {KARI}\nDate: Mon, 2 Feb 2026 10:00:00 +0000\nMessage-ID: <h@x>\n".encode()
    outcome = post.mail(head + b"Cc: " + crowd + b"\nSubject: x\n\nhi")
    assert counts(outcome) == (1, 0, 0)


@pytest.mark.parametrize(
    "date", ["Mon, 1 Jan 1601 00:00:00 +0000", "Fri, 31 Dec 9999 23:59:59 -2400", "nonsense", ""]
)
def test_an_absurd_date_is_refused_unless_a_host_tells_another(post: Post, date: str) -> None:
    head = f"From: {ANNA}\nTo: {KARI}\nDate: {date}\nSubject: x\n".encode()
    with pytest.raises(ImportRefused) as refused:
        post.mail(message(), head + b"Message-ID: <a@x>\n\nhi")
    ((line, column, reason),) = reasons(refused.value)
    assert (line > 5, column) == (True, "Date")
    assert "has no date that makes sense" in reason
    assert post.one("SELECT count(*) FROM interaction") == 0
    outcome = post.mail(
        head + b"Message-ID: <a@x>\n\nhi",
        head + b"Message-ID: <b@x>\nReceived: from a by b; Mon, 2 Feb 2026 09:00:00 +0100\n\nhi",
        skip_bad=True,
    )
    assert counts(outcome) == (1, 0, 0)
    assert post.rows(STORED)[0][8] == at("02-02") + 8 * 3600


def test_a_header_too_long_to_be_looked_at_is_refused(post: Post) -> None:
    people = f"From: {ANNA}\nTo: {KARI}\nDate: Mon, 2 Feb 2026 10:00:00 +0000\n".encode()
    long = b"Subject: Offer\nX-Long: " + b"x" * 3_000_000 + b"\n" + people + b"\nhi"
    with pytest.raises(ImportRefused) as caught:
        post.mail(message(), long)
    ((line, _, reason),) = reasons(caught.value)
    assert line > 5
    assert reason.startswith("has a header longer than 512 kB")
    assert caught.value.listed[0].refusal.value == "Offer"
    outcome = post.mail(message(), long, skip_bad=True)
    assert counts(outcome) == (1, 0, 0)
    assert not any("nobody known" in line for line in outcome.lines())


def test_an_absurd_date_of_somebody_unknown_does_not_matter(post: Post) -> None:
    head = f"From: {STRANGER}\nTo: {ANNA}\nDate: nonsense\n".encode()
    assert counts(post.mail(head + b"\nhi")) == (0, 0, 0)


def test_files_are_known_by_what_is_in_them(post: Post) -> None:
    assert counts(post.mail(message(ident="a").as_bytes(), name="letter")) == (1, 0, 0)
    path = post.path / "box"
    path.write_bytes(mbox(message(ident="b"), message(ident="c")))
    assert counts(post.load("interactions", str(path))) == (2, 0, 0)


def test_a_folder_of_letters_is_one_change(post: Post) -> None:
    paths = []
    for number in range(8):
        paths.append(post.path / f"{number}.eml")
        paths[-1].write_bytes(message(ident=f"m{number}").as_bytes())
    outcome = post.load("interactions", *map(str, paths))
    assert counts(outcome) == (8, 0, 0)
    (group,) = list_groups(post.workspace, limit=1)
    assert group.summary == "Imported interactions from 0.eml, 1.eml, 2.eml and 5 more: 8 new, 0 updated"
    undo(post.workspace, group_id=group.id)
    assert post.one("SELECT count(*) FROM interaction") == 0
    assert post.one("SELECT count(*) FROM activity_day") == 0


def test_from_in_a_text_does_not_part_a_message(post: Post) -> None:
    outcome = post.mail(message(text="Hello\n\nFrom Monday on we are here\n\nBye"))
    assert outcome.rows == 1
    assert "From Monday on" in post.note()


def test_the_escape_of_a_mailbox_is_taken_away_before_quotes_are_left_out(post: Post) -> None:
    text = "Hello\n\n>From Monday on we are here\n>>From what you wrote\n>>> From afar\n\nBye\n"
    post.mail(message(text=text))
    assert post.note() == "Offer\nHello\n\nFrom Monday on we are here\n\nBye"


def test_a_message_alone_has_no_escapes(post: Post) -> None:
    post.mail(message(text="Hello\n>From Monday on we are here\nBye\n"), name="one.eml")
    assert post.note() == "Offer\nHello\nBye"


@pytest.mark.parametrize(
    ("name", "content"), [("a.eml", b""), ("a.mbox", b"\n\n"), ("a.eml", b"\x00\x01\x02")]
)
def test_what_is_no_mail_is_refused(post: Post, name: str, content: bytes) -> None:
    (post.path / name).write_bytes(content)
    with pytest.raises(FunnelError, match=r"is empty|is no mail"):
        post.load("interactions", str(post.path / name))
    with pytest.raises(FunnelError, match="There is no file"):
        post.load("interactions", str(post.path / "missing.eml"))


def test_a_table_and_mail_come_in_together(post: Post) -> None:
    table = post.write("calls.csv", [("kind", "at", "person"), ("Call", "2026-02-01", KARI)])
    path = post.path / "in.mbox"
    path.write_bytes(mbox(message()))
    outcome = post.load("interactions", table, str(path))
    assert counts(outcome) == (2, 0, 0)
    assert outcome.lines()[0].startswith("2 items read")


def test_the_command_imports_mail(tmp_path: Path) -> None:
    people, box = tmp_path / "people.csv", tmp_path / "in.mbox"
    people.write_text(f"name,email\nKari,{KARI}\n", encoding="utf-8")
    box.write_bytes(mbox(message(), message(ident="m2", to=STRANGER)))
    db = tmp_path / "f.db"
    ok(run_here("import", "contacts", people, db=db))
    ended = run_here("import", "interactions", box, "--value", "owner=Anna", db=db)
    assert ok(ended) == ""
    assert "2 messages read; interactions: 1 new" in ended.stderr
