"""Export of charts: a button with a menu of file kinds, which asks for a name and says when a file was not written."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton, QWidget

from planner.files.problem import FileProblem

KINDS = ("PNG", "SVG", "CSV")


class ExportButton(QToolButton):
    def __init__(self, what: str, save: Callable[[Path], None], parent: QWidget | None = None) -> None:
        """`what`: the name offered for the file; `save` writes by the ending of the name."""
        super().__init__(parent)
        self._what, self._save = what, save
        self.setText("Export")
        self.setObjectName("menuButton")
        self.setAccessibleName(f"Export the chart of {what}")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for name in KINDS:
            menu.addAction(f"{name}…", partial(self.ask, name))
        self.setMenu(menu)

    def ask(self, kind: str) -> None:
        suffix = kind.lower()
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), f"Export as {kind}", f"{self._what}.{suffix}", f"{kind} (*.{suffix})"
        )
        if chosen:
            self.write(Path(chosen if chosen.lower().endswith(f".{suffix}") else f"{chosen}.{suffix}"))

    def write(self, path: Path) -> None:
        try:
            self._save(path)
        except FileProblem as e:
            QMessageBox.warning(self.window(), "Export failed", str(e))
