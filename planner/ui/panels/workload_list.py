"""The workloads of a build: which one is judged, one more, one less. Each is one undoable step."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from planner.domain import edits
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.models.workload_options import one_line
from planner.ui.widgets.tip import plain_tip

MOST = 16
TELLING = 3
"""Words of a workload that the list shows: model, quantisation, context."""
ROOM_PX = 310


class WorkloadList(QWidget):
    """The one that is judged comes first; choosing another puts that one first."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.choice = QComboBox()
        self.choice.setAccessibleName("Workload that is judged")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(24)
        self.choice.view().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.add, self.remove = QPushButton("&Add"), QPushButton("&Remove")
        self.add.setToolTip("A copy of this workload, to be changed; the build keeps both")
        self.remove.setToolTip("Take this workload out of the build")
        label = QLabel("&Judged")
        label.setBuddy(self.choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.choice, 1)
        row.addWidget(self.add)
        row.addWidget(self.remove)
        self.choice.activated.connect(self._judge)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def _judge(self, place: int) -> None:
        build = self._session.build
        if place < len(build.workloads):
            self._session.edit("Judge another workload", edits.judge_workload(build, place))

    def _add(self) -> None:
        build = self._session.build
        if build.workload is not None:
            self._session.edit("Add a workload", edits.add_workload(build, build.workload))

    def _remove(self) -> None:
        self._session.edit("Remove the workload", edits.remove_workload(self._session.build, 0))

    def render_report(self, report: Report) -> None:
        workloads = report.build.workloads
        blocker = QSignalBlocker(self.choice)
        self.choice.clear()
        for n, workload in enumerate(workloads, start=1):
            words = one_line(workload, self._session.catalog)
            self.choice.addItem(self._fitted(f"{n}  " + " · ".join(words[:TELLING])))
            self.choice.setItemData(n - 1, plain_tip(" · ".join(words)), Qt.ItemDataRole.ToolTipRole)
        self.choice.setEnabled(len(workloads) > 1)
        self.add.setEnabled(0 < len(workloads) < MOST)
        self.remove.setEnabled(len(workloads) > 1)
        del blocker

    def _fitted(self, text: str) -> str:
        return QFontMetrics(self.choice.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, ROOM_PX)
