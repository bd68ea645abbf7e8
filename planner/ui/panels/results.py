"""Results in tabs. Only the tab in sight follows a change; the others do so when they are turned to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.breakdowns import Breakdown
from planner.ui.panels.context_tab import ContextTab
from planner.ui.panels.cost_tab import CostTab
from planner.ui.panels.memory_tab import MemoryTab
from planner.ui.panels.power_tab import PowerTab
from planner.ui.panels.runs_tab import RunsTab
from planner.ui.panels.throughput_tab import ThroughputTab
from planner.ui.selection import Selection

Tab = ThroughputTab | ContextTab | MemoryTab | PowerTab | CostTab | RunsTab


class ResultsPanel(QTabWidget):
    breakdown_wanted = Signal(object)
    """Carries a Breakdown: a figure was pressed; it is shown here."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName("Results")
        self.setDocumentMode(True)
        self._report = session.report
        self._shown: dict[int, Report] = {}
        self.throughput, self.context = ThroughputTab(session), ContextTab(session)
        self.memory, self.power, self.cost = MemoryTab(session), PowerTab(session), CostTab()
        self.runs = RunsTab(session)
        self._tabs: dict[str, Tab] = {
            "Throughput": self.throughput,
            "Context": self.context,
            "Memory": self.memory,
            "Power": self.power,
            "Cost": self.cost,
            "What runs": self.runs,
        }
        for name, tab in self._tabs.items():
            tab.breakdown_wanted.connect(self.breakdown_wanted)
            self.addTab(tab, name)
        self.breakdown_wanted.connect(self._show_breakdown)
        self.currentChanged.connect(self._catch_up)
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def render_report(self, report: Report) -> None:
        self._report = report
        self._catch_up(self.currentIndex())

    def _catch_up(self, index: int) -> None:
        if self._shown.get(index) is not self._report:
            self._shown[index] = self._report
            tuple(self._tabs.values())[index].render_report(self._report)

    def _show_breakdown(self, found: Breakdown) -> None:
        from planner.ui.dialogs.how_worked_out import HowWorkedOut

        HowWorkedOut(found.title, found.answer, found.steps, found.remarks, self.window(), heads=found.heads).show()

    def open_tab(self, name: str) -> None:
        """By its title, for menus and the status bar."""
        self.setCurrentWidget(self._tabs[name])
