"""Drafts as files: what survives, what is found again, and what is never lost or leaked."""

from __future__ import annotations

import errno
import inspect
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from funnel_tui.db.target import Target
from funnel_tui.errors import FunnelError
from funnel_tui.services import drafts
from funnel_tui.services.drafts import DraftKeeper, pending
from tests.conftest import ROOT

TARGET = Target(path=Path("here.db"))
NASTY = {"title": "Acme [/EU] \x1b[31m \x00 \ud800 🎉", "note": "one\ntwo\ttab"}


def kept(texts: dict[str, str], target: Target = TARGET, row_id: int | None = None) -> None:
    """A draft that somebody left."""
    keeper = DraftKeeper(target, "deal", row_id)
    keeper.keep(texts, version=None if row_id is None else 3, base={"title": "before"})
    keeper.close()


def test_a_draft_comes_back_exactly() -> None:
    kept(NASTY, row_id=7)
    (found,) = pending(TARGET)
    assert (found.kind, found.row_id, found.version) == ("deal", 7, 3)
    assert found.texts == NASTY
    assert found.base == {"title": "before"}
    assert abs(found.saved_at - time.time()) < 60


def test_it_is_written_within_half_a_second_and_not_at_every_key() -> None:
    keeper = DraftKeeper(TARGET, "deal")
    for number in range(200):
        keeper.keep({"title": str(number)})
    assert inspect.signature(DraftKeeper).parameters["delay"].default < 0.5
    deadline = time.monotonic() + 60  # the rest is up to how busy the machine is
    while not keeper.path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert json.loads(keeper.path.read_bytes())["texts"] == {"title": "199"}
    keeper.close()


def test_keeping_never_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    threads = set()

    def slow(path: Path, content: bytes) -> None:
        threads.add(threading.current_thread())
        assert gate.wait(30)

    monkeypatch.setattr(drafts, "_replace", slow)
    keeper = DraftKeeper(TARGET, "deal", delay=0)
    began = time.monotonic()
    for number in range(1000):
        keeper.keep({"title": str(number)})
    assert time.monotonic() - began < 20
    gate.set()
    assert keeper.flush(30)
    assert threading.main_thread() not in threads
    keeper.close()


def test_only_its_owner_can_read_it() -> None:
    kept({"title": "secret"})
    (found,) = pending(TARGET)
    assert stat.S_IMODE(found.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.path.parent.stat().st_mode) == 0o700


def test_it_lies_in_the_state_folder_under_a_name_that_tells_nothing(clean_environment: Path) -> None:
    target = Target(url="postgresql+psycopg://anna:secret@db.example.org/sales")
    kept({"title": "x"}, target)
    (found,) = pending(target)
    assert found.path.is_relative_to(clean_environment / ".local" / "state")
    assert "anna" not in found.path.name
    assert b"secret" not in found.path.read_bytes()


def test_a_password_that_changes_makes_no_other_database() -> None:
    kept({"title": "x"}, Target(url="postgresql+psycopg://anna:old@host/sales"))
    assert pending(Target(url="postgresql+psycopg://anna:new@host/sales"))
    assert not pending(Target(url="postgresql+psycopg://anna:new@host/other"))


def test_each_database_and_kind_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept({"title": "x"})
    assert pending(Target(path=tmp_path / "here.db"))
    assert not pending(Target(path=tmp_path / "other.db"))
    assert not pending(TARGET, "task")
    assert pending(TARGET, "deal")


def test_several_drafts_the_latest_first() -> None:
    for title in ("one", "two"):
        kept({"title": title})
    files = pending(TARGET)
    said = json.loads(files[0].path.read_bytes())
    files[0].path.write_text(json.dumps({**said, "saved_at": 1}))
    assert [draft.saved_at == 1 for draft in pending(TARGET)] == [False, True]


def test_saving_the_form_removes_the_draft() -> None:
    keeper = DraftKeeper(TARGET, "deal")
    keeper.keep({"title": "x"})
    keeper.flush()
    keeper.discard()
    keeper.close()
    assert pending(TARGET) == []
    assert list(drafts.folder().iterdir()) == []


def test_a_draft_that_was_never_written_leaves_nothing() -> None:
    keeper = DraftKeeper(TARGET, "deal")
    keeper.discard()
    keeper.close()
    assert not drafts.folder().exists()


def test_throwing_a_draft_away() -> None:
    kept({"title": "x"})
    for draft in pending(TARGET):
        draft.discard()
        draft.discard()
    assert pending(TARGET) == []
    assert list(drafts.folder().iterdir()) == []


def test_a_draft_taken_up_again_is_written_on() -> None:
    kept({"title": "x"}, row_id=7)
    (found,) = pending(TARGET)
    keeper = DraftKeeper(TARGET, "deal", 7, draft=found)
    keeper.keep({"title": "y"})
    keeper.close()
    (again,) = pending(TARGET)
    assert (again.path, again.texts) == (found.path, {"title": "y"})
    keeper = DraftKeeper(TARGET, "deal", 7, draft=again)
    keeper.discard()  # saved without another change
    keeper.close()
    assert pending(TARGET) == []


def test_a_form_that_is_open_elsewhere_is_not_offered() -> None:
    keeper = DraftKeeper(TARGET, "deal")
    keeper.keep({"title": "x"})
    keeper.flush()
    assert pending(TARGET) == []
    keeper.close()
    assert len(pending(TARGET)) == 1
    (found,) = pending(TARGET)
    again = DraftKeeper(TARGET, "deal", draft=found)
    assert pending(TARGET) == []
    again.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"texts": 1}', b"[" * 100_000,
     b'{"kind": 1, "row_id": null, "version": null, "texts": {}, "base": {}, "saved_at": 0}',
     b'{"kind": "deal", "row_id": "x", "version": null, "texts": {}, "base": {}, "saved_at": 0}',
     b'{"kind": "deal", "row_id": null, "version": null, "texts": {"a": 1}, "base": {}, "saved_at": 0}'],
    ids=range(10),
)  # fmt: skip
def test_a_file_that_is_no_draft_is_passed_over(content: bytes) -> None:
    kept({"title": "good"})
    (good,) = pending(TARGET)
    good.path.with_name(good.path.name.replace("-new-", "-8-")).write_bytes(content)
    assert [draft.texts["title"] for draft in pending(TARGET)] == ["good"]


def test_a_folder_that_cannot_be_written_is_told_once(clean_environment: Path) -> None:
    state = clean_environment / ".local" / "state"
    state.mkdir(parents=True)
    (state / "funnel").write_text("a file where a folder should be")
    told: list[FunnelError] = []
    keeper = DraftKeeper(TARGET, "deal", when_failed=told.append, delay=0)
    for title in ("one", "two"):
        keeper.keep({"title": title})
        keeper.flush()
    keeper.close()
    assert len(told) == 1
    assert "The draft cannot be kept in" in told[0].message
    assert pending(TARGET) == []


def test_a_write_that_fails_half_way_leaves_the_former_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = DraftKeeper(TARGET, "deal", delay=0)
    keeper.keep({"title": "former"})
    keeper.flush()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        keeper.keep({"title": "later"})
        keeper.flush()
    keeper.close()
    files = [file.suffix for file in drafts.folder().iterdir()]
    assert files == [".draft"]
    assert json.loads(keeper.path.read_bytes())["texts"] == {"title": "former"}


FORM = """
import asyncio, os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored
os.environ["TEXTUAL_ANIMATIONS"] = "none"
from pathlib import Path
from funnel_tui.db.target import Target
from funnel_tui.dialogs.deal_form import DealForm
from funnel_tui.services.drafts import DraftKeeper
from tests.ui.dialogs import NEW, FULL, choices, showing

async def main():
    keeper = DraftKeeper(Target(path=Path(sys.argv[1])), "deal")
    def changed(draft):
        assert draft is not None
        keeper.keep(draft.texts, version=draft.version, base=draft.base)
    async with showing(DealForm(choices(), NEW, when_changed=changed)) as driver:
        await driver.type("Half a tit")
        print("typed", flush=True)
        while True:
            await asyncio.sleep(0.01)
asyncio.run(main())
"""


def is_written(text: str) -> bool:
    """Whether a draft holds the whole of a text."""
    found = Path(os.environ["XDG_STATE_HOME"]).rglob("*.draft")
    return any(text in path.read_text() for path in found)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_what_was_typed_survives_a_kill(number: signal.Signals, tmp_path: Path) -> None:
    target = tmp_path / "funnel.db"
    process = subprocess.Popen(
        [sys.executable, "-c", FORM, str(target)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "typed\n"
        assert pending(Target(path=target)) == []  # it is open there
        deadline = time.monotonic() + 60
        while not is_written("Half a tit"):
            assert time.monotonic() < deadline, "no draft was written"
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(60) == -number
    finally:
        process.kill()
        process.wait()
    (found,) = pending(Target(path=target))
    assert found.texts["title"] == "Half a tit"
    assert found.base["title"] == ""


def test_what_was_typed_last_is_written_when_the_program_ends() -> None:
    script = (
        "from pathlib import Path; from funnel_tui.db.target import Target\n"
        "from funnel_tui.services.drafts import DraftKeeper\n"
        "keeper = DraftKeeper(Target(path=Path('here.db')), 'deal', delay=60)\n"
        "keeper.keep({'title': 'last'})\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
    (found,) = pending(Target(path=Path("here.db")))
    assert found.texts == {"title": "last"}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux lists the open files of a process")
def test_a_folder_without_locks_keeps_drafts_and_opens_nothing_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_handle: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(drafts.fcntl, "flock", refuse)
    keeper = DraftKeeper(TARGET, "deal", delay=0)
    keeper.keep({"title": "0"})
    keeper.flush()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(1, 20):
        keeper.keep({"title": str(number)})
        keeper.flush()
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 10
    keeper.close()
    assert pending(TARGET)[0].texts == {"title": "19"}
