"""Preferences: the user's own limits, for every build."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.preferences import Preferences
from planner.ui.widgets.explained_form import ExplainedForm, number_field, whole_field
from planner.ui.widgets.sheet import Sheet


class SettingsDialog(Sheet):
    """Everything takes effect at once. Where a machine stands belongs to its build: see `SiteDialog`."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__("Preferences", parent)
        self._session, self._preferences = session, preferences
        self.resize(480, 280)
        self.spare, self.gap = whole_field(0, 60, " %", 5), whole_field(0, 200, " mm", 5)
        self.margin = number_field(0, 16, " GiB", 0.5)
        rows = (
            ("&Spare power", self.spare, "Of a supply's rating, at sustained load."),
            ("&Air between cards", self.gap, "Less than this in front of a card's fans is reported."),
            ("&Memory to keep free", self.margin, "On every card, above what the model needs."),
        )
        self.column.addWidget(ExplainedForm("Your limits, for every build", rows))
        self.column.addStretch(1)
        self.add_close()
        self.spare.valueChanged.connect(lambda value: self._limit("spare_percent", float(value)))
        self.gap.valueChanged.connect(lambda value: self._limit("min_gap_mm", float(value)))
        self.margin.valueChanged.connect(lambda value: self._limit("margin_gib", value))
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def _limit(self, field: str, value: float) -> None:
        policy = self._session.policy.replace(**{field: value})
        self._preferences.change(policy=policy)
        self._session.use(policy=policy)

    def render_report(self, _: Report) -> None:
        policy = self._session.policy
        blockers = [QSignalBlocker(field) for field in (self.spare, self.gap, self.margin)]
        self.spare.setValue(round(policy.spare_percent))
        self.gap.setValue(round(policy.min_gap_mm))
        self.margin.setValue(policy.margin_gib)
        del blockers
