"""Keeps a copy of unsaved work: some seconds after the last change, and at once when something went wrong."""

from PySide6.QtCore import QObject, QTimer

from planner.files import autosave
from planner.files.problem import FileProblem
from planner.session.session import Session

DELAY_MS = 4000


class Keeper(QObject):
    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.keep)
        session.changed.connect(self._wait)

    def _wait(self) -> None:
        self._timer.start()

    def keep(self) -> None:
        """Quietly: a copy that cannot be written must not stop the work it protects."""
        if self._session.saved:
            return
        try:
            autosave.keep(self._session.build, self._session.catalog, self._session.path)
        except FileProblem:
            return

    def forget(self) -> None:
        """The user saved, or said that the changes may go."""
        self._timer.stop()
        autosave.discard(self._session.path)
