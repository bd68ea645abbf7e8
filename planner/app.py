"""The desktop program: catalog, session, window, and the handler of what nobody foresaw."""

import gc
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType

import planner.session  # noqa: F401  # before any other use of Qt

# isort: split
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from planner import places
from planner.catalog import examples
from planner.catalog.load import Problem, read_catalog
from planner.files import autosave
from planner.files.autosave import Recovery
from planner.files.problem import FileProblem
from planner.session.keeping import Keeper
from planner.session.session import Session
from planner.ui import theme
from planner.ui.main_window import MainWindow
from planner.ui.preferences import Preferences

TOLD = 3
"""Problems of the catalog that a notice spells out."""


def run(path: Path | None = None) -> int:
    """Open the window, with this build file or the first example, and return the exit code."""
    app, _window = start(path)
    return app.exec()


def start(path: Path | None = None) -> tuple[QApplication, MainWindow]:
    """The program with its window shown, before its event loop runs.

    Nothing of what is made here is ever let go, so Python does not look for garbage meanwhile, nor among these things
    later: looking through the whole catalog would stop the window for a tenth of a second now and then.
    """
    gc.disable()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("slotwise")
    app.setApplicationDisplayName("Slotwise")
    app.setDesktopFileName("slotwise")
    preferences = Preferences()
    theme.install(app, preferences.settings.theme, dressed=False)
    window = make_window(preferences, path)
    theme.dress()
    window.show()
    QTimer.singleShot(0, _collect_again)
    return app, window


def _collect_again() -> None:
    gc.freeze()
    gc.enable()


def make_window(preferences: Preferences, path: Path | None = None) -> MainWindow:
    catalog, problems = read_catalog(own=places.user_parts())
    session = Session(catalog, examples.example(examples.FIRST), preferences.settings.policy)
    keeper = Keeper(session)
    window = MainWindow(session, preferences, keeper)
    sys.excepthook = Handler(window, keeper)
    if path is not None:
        window.commands.open_path(path)
    QTimer.singleShot(0, lambda: _speak_up(window, problems))
    return window


def _speak_up(window: MainWindow, problems: Sequence[Problem]) -> None:
    """What the user should know at the start, in one notice."""
    offer_recovery(window)
    if problems:
        window.notice.also(left_out(problems))


def left_out(problems: Sequence[Problem]) -> str:
    """Of parts that cannot be read: which, and why. The rest of the catalog is there."""
    count = len({problem.file for problem in problems})
    files = "One file of parts" if count == 1 else f"{count} files of parts"
    told = "; ".join(str(problem).rstrip(".") for problem in problems[:TOLD])
    more = f"; and {len(problems) - TOLD} more" if len(problems) > TOLD else ""
    return f"{files} could not be read whole, and what is wrong is left out: {told}{more}."


class Handler:
    """What to do with an exception nobody caught: keep the work, write it down, tell the person, go on."""

    def __init__(self, window: MainWindow, keeper: Keeper) -> None:
        self._window, self._keeper = window, keeper

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        self._keeper.keep()
        log = _write_down("".join(traceback.format_exception(kind, error, trace)))
        where = f" Details are in {log}." if log else ""
        self._window.notice.say(
            f"Something went wrong inside Slotwise ({kind.__name__}). Your build is safe, and a copy is kept.{where}"
        )


def _write_down(text: str) -> Path | None:
    """The last mishaps, newest last, in a file the person can send; never more than some pages."""
    log = places.state() / "mishaps.txt"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        kept = log.read_text("utf-8")[-50_000:] if log.is_file() else ""
        log.write_text(f"{kept}\n{datetime.now():%Y-%m-%d %H:%M:%S}\n{text}", "utf-8")
    except OSError:
        return None
    return log


def offer_recovery(window: MainWindow) -> None:
    """Unsaved work of a run that did not end cleanly: offered, never forced."""
    try:
        found = autosave.found(window.session.catalog)
    except FileProblem:
        return
    if not found:
        return
    kept = found[0]
    name = kept.original.name if kept.original else f"“{kept.build.name}”, never saved,"
    window.notice.say(
        f"Slotwise did not end cleanly. Unsaved changes of {name} were kept.",
        ("Recover", lambda: _recover(window, kept)),
        ("Discard", lambda: kept.copy.unlink(missing_ok=True)),
    )


def _recover(window: MainWindow, kept: Recovery) -> None:
    if window.commands.may_go():
        window.session.recover(kept)
        window.keeper.keep()
        if kept.copy != autosave.copy_of(kept.original):
            kept.copy.unlink(missing_ok=True)
