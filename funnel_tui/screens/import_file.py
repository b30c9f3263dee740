"""``I``: choose a file, look how it would be read, import it, and see what it brought."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from funnel_tui.screens import opening
from funnel_tui.screens.import_words import LANDING, done_words
from funnel_tui.screens.tabs import Tab

if TYPE_CHECKING:
    from funnel_tui.domain.first_start import FirstAnswers
    from funnel_tui.screens.host import HostApp
    from funnel_tui.screens.import_reading import Imported


def import_file(
    app: HostApp,
    first: FirstAnswers | None = None,
    *,
    done: Callable[[], object] | None = None,
    last: Path | None = None,
) -> None:
    """Ask for a file and show it before it is imported; leaving the preview asks again.

    :param first: what a new user answered; it is written with the import.
    :param done: is called when it was imported.
    :param last: the file that was looked at before.
    """
    from funnel_tui.dialogs.file_choice import FileDialog
    from funnel_tui.language import tr

    def chosen(path: Path | None) -> None:
        if path is None:
            return
        from funnel_tui.screens.import_preview import ImportPreview

        def seen(imported: Imported | None) -> None:
            if imported is None:
                import_file(app, first, done=done, last=path)
                return
            if done is not None:
                done()
            land(app, imported, path)

        app.push_screen(ImportPreview(path, first), seen)

    folder = last.parent if last is not None else _here()
    heading = tr("Import: which file?")
    app.push_screen(FileDialog(heading, folder, typed=str(last or "")), chosen)


def land(app: HostApp, imported: Imported, path: Path) -> None:
    """Show what was imported on the screen where it is seen best, and say how to take it back."""
    kind = imported.outcome.kind
    show_tab(app, LANDING.get(kind) or (Tab.DEALS if imported.open_deals else Tab.STAGES))
    if kind == "contacts":
        from funnel_tui.screens.directory import DirectoryScreen

        app.push_screen(DirectoryScreen())
    app.notify(done_words(imported.outcome, path.name), timeout=15, markup=False)


def show_tab(app: HostApp, tab: Tab) -> None:
    """Leave all that was opened, and show a tab."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
    app.switch_mode(tab.name)
    opening.tab_opened(app, tab.name)


def _here() -> Path:
    """The folder the program was started in; the home where that is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path("~").expanduser()
