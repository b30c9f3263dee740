"""Keys go one after the other, and wait for the form that they are meant for.

Over a slow line the keys of a whole answer come at once. What opens a form may have to read first, and a form
is on the screen a moment before its first field takes keys: until then keys would be commands of the screen
below. Nor does Textual wait until a field has taken a letter before it looks at the next key: ``enter`` would
save what stood there before.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual import events, on
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from funnel_tui.dialogs.base import Dialog
from funnel_tui.screens.painting import ThriftyApp

WAIT_SECONDS = 5.0
"""So long keys wait for a form. Later nobody remembers for what they were meant, and they are dropped."""
LOOK_SECONDS = 0.01
"""How often we look whether the form takes keys now."""
LOST_SECONDS = 0.3
"""After this time a key is done with whose widget has gone away meanwhile."""


ROUNDS = 2
"""The second follows what the key set off, such as the message that a field was left with ``enter``."""


class KeyTaken(Message):
    """Follows a key on its way through the widgets: when it arrives, nobody has anything to do with the key.

    :param number: of the key.
    :param rounds: so many times more it is to go.
    """

    def __init__(self, number: int, rounds: int = ROUNDS - 1) -> None:
        super().__init__()
        self.number, self.rounds = number, rounds


class TypingAheadApp(ThriftyApp, inherit_bindings=False):
    """An app that takes up a key when the one before it is done with and its form is there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._kept: deque[events.Key | events.Paste] = deque()
        self._keys = 0
        self._under_way = 0
        """The number of the key that is under way; 0 for none."""
        self._asking = 0
        self._since = 0.0
        self._looking = False
        self._awaited_by_keys: tuple[Callable[[], bool], float] | None = None
        self._seen: WeakKeyDictionary[Screen[Any], float] = WeakKeyDictionary()
        """The forms that keys came for, and until when keys wait for them; 0 for those that take keys."""

    def keep_keys(self) -> None:
        """A form is going to be shown when what it needs is read: keys wait for it from now on."""
        if not self._asking:
            self._since = time.monotonic()
        self._asking += 1

    def let_keys_go(self, *, drop: bool = False) -> None:
        """What was needed is read, and the form is shown: the keys go there as soon as it takes them.

        :param drop: there is no form, so the keys are meant for nothing.
        """
        self._asking -= 1
        if drop:
            self._kept.clear()

    def keep_keys_until(self, is_ready: Callable[[], bool]) -> None:
        """What comes next is meant for something that is not there yet: keys wait until it is.

        :param is_ready: says whether it is there; after :data:`WAIT_SECONDS` it is waited for no more.
        """
        self._awaited_by_keys = is_ready, time.monotonic() + WAIT_SECONDS

    @property
    def has_keys(self) -> bool:
        """Whether a key is under way or waits."""
        return self.is_running and bool(self._kept or self._under_way)

    async def on_event(self, event: events.Event) -> None:
        """Keep a key until it may be taken up; what is pasted comes between keys as a key does."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._kept.append(event)
            await self._go_on()
        else:
            await super().on_event(event)

    async def _go_on(self) -> None:
        """Take up the next key, if there is one and somebody to take it."""
        if self._under_way or not self._kept:
            return
        if self._must_wait():
            if not self._looking:
                self._looking = True
                self.set_timer(LOOK_SECONDS, self._look)
            return
        if not self._kept:
            return  # dropped
        self._keys += 1
        number = self._under_way = self._keys
        target = self._target
        self._clear_form()
        await super().on_event(self._kept.popleft())
        if target.post_message(KeyTaken(number)):
            self.set_timer(LOST_SECONDS, lambda: self._taken(number))
        else:
            await self._taken(number)

    def _clear_form(self) -> None:
        """Who works in a form has seen the notices that lie over it; what the key brings up is to be read."""
        screen = next(reversed(self.screen_stack), None)
        if isinstance(screen, Dialog) and len(self._notifications):
            self.clear_notifications()

    @property
    def _target(self) -> MessagePump:
        """Who gets a key first."""
        return self.focused or next(reversed(self.screen_stack), self)

    async def _look(self) -> None:
        self._looking = False
        await self._go_on()

    @on(KeyTaken)
    async def _key_taken(self, message: KeyTaken) -> None:
        message.stop()
        again = KeyTaken(message.number, message.rounds - 1)
        if message.number == self._under_way and message.rounds and self._target.post_message(again):
            return
        await self._taken(message.number)

    async def _taken(self, number: int) -> None:
        if number == self._under_way:
            self._under_way = 0
            await self._go_on()

    def _must_wait(self) -> bool:
        if self._asking:
            if time.monotonic() - self._since < WAIT_SECONDS:
                return True
            self._kept.clear()
            return False
        if self._is_to_come():
            return True
        screen = next(reversed(self.screen_stack), None)
        if not isinstance(screen, Dialog):
            return False
        now = time.monotonic()
        if self._seen.setdefault(screen, now + WAIT_SECONDS) < now or _takes_keys(screen):
            self._seen[screen] = 0
            return False
        return True

    def _is_to_come(self) -> bool:
        """Whether what keys are kept for is not there yet."""
        if self._awaited_by_keys is None:
            return False
        is_ready, until = self._awaited_by_keys
        if not is_ready():
            if time.monotonic() < until:
                return True
            self._kept.clear()
        self._awaited_by_keys = None
        return False


def _takes_keys(screen: Dialog[Any]) -> bool:
    if not screen.is_mounted or screen.focused is not None:
        return screen.is_mounted
    widgets = screen.query("*")
    return bool(widgets) and all(widget.is_mounted and not widget.focusable for widget in widgets)
