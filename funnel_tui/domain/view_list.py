"""Saved views as a list shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewItem:
    """A saved view.

    :param screen: the screen it is for, such as ``deals``.
    :param rep: whose it is; None for everybody's.
    :param words: its scope in a few words; user text.
    :param is_default: whether the screen opens with it.
    """

    id: int
    name: str
    screen: str
    rep: str | None
    words: str
    is_default: bool
