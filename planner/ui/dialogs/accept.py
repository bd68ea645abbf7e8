"""Accept a finding, with a reason."""

from datetime import date

from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QWidget

from planner.domain import edits
from planner.domain.findings import Accepted, Finding
from planner.session.session import Session
from planner.ui import theme
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.sheet import Sheet


class AcceptDialog(Sheet):
    def __init__(self, session: Session, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__("Accept a finding", parent)
        self._session, self._finding = session, finding
        self.resize(460, 280)
        title = plain_label(finding.title, wraps=True)
        title.setFont(theme.font(1, bold=True))
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText("Why is this fine? It is saved with the build and printed on the checklist.")
        self.reason.setTabChangesFocus(True)
        self.reason.textChanged.connect(self._enable)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.accept_button = self.buttons.addButton("Accept", QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("primary")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        for piece in (title, plain_label(finding.message, wraps=True), self.reason, self._note(), self.buttons):
            self.column.addWidget(piece)
        self._enable()
        self.reason.setFocus()

    def accept(self) -> None:
        reason = self.reason.toPlainText().strip()
        accepted = Accepted(key=self._finding.key, reason=reason, value=self._finding.value, on=date.today())
        self._session.edit(f"Accept: {self._finding.title}", edits.accept(self._session.build, accepted))
        super().accept()

    def _note(self) -> QWidget:
        again = "It opens again if the value gets worse than it is now." if self._finding.value is not None else ""
        return plain_label(again, "muted", wraps=True)

    def _enable(self) -> None:
        self.accept_button.setEnabled(bool(self.reason.toPlainText().strip()))
