"""How long screens wait for the user before they read: one place, so that all of them feel alike."""

from __future__ import annotations

TYPING_SECONDS = 0.08
"""So long nothing must be typed before a list is narrowed."""

FINDING_SECONDS = 0.04
"""The same where every letter is looked for at once."""

RESTING_SECONDS = 0.15
"""So long the cursor must rest before what it is on is shown beside the list."""

READING_SECONDS = 0.4
"""From then on a screen says that it is reading; before, the word would only flicker."""
