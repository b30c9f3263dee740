"""Large mailboxes and large messages are read without being held."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from funnel_tui.exchange.mail import KEPT, read_letters
from tests.importing.test_mail import KARI, STRANGER, mbox, message


def filled(path: Path, size: int) -> Iterator[int]:
    """A large mbox: many messages, each with an attachment; gives how many there are so far."""
    attachment = b"QUJD" * 19 + b"\n"
    count = 0
    with path.open("wb") as stream:
        while stream.tell() < size:
            made = message(ident=f"n{count}", to=KARI if count % 10 == 0 else STRANGER).as_bytes()
            stream.write(mbox(made + b"\n" + attachment * 2000))
            count += 1
            yield count


def test_memory_does_not_grow_with_the_mailbox(tmp_path: Path) -> None:
    peaks = []
    for size in (4 << 20, 64 << 20):
        path = tmp_path / "big.mbox"
        total = max(filled(path, size))
        tracemalloc.start()
        seen = sum(1 for _ in read_letters(path, "big.mbox", lambda _: None))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert seen == total
    assert peaks[1] < 1.5 * peaks[0], peaks


def test_a_message_of_a_hundred_megabytes_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "big.eml"
    with path.open("wb") as stream:
        stream.write(message().as_bytes() + b"\n")
        for _ in range(100):
            stream.write(b"x" * (1 << 20))  # one line without an end
    tracemalloc.start()
    (letter,) = read_letters(path, "big.eml", lambda _: None)
    assert letter.note().startswith("Offer\nHello Kari")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * KEPT, peak
