"""Preferences: the user's own limits, and where this machine will stand."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QGroupBox, QSpinBox, QWidget

from planner.domain import edits
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.preferences import Preferences
from planner.ui.widgets.sheet import Sheet
from planner.ui.widgets.token_spin import indent


class SettingsDialog(Sheet):
    """Everything takes effect at once. The place belongs to the build and can be undone; the limits are the user's."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__("Preferences", parent)
        self._session, self._preferences = session, preferences
        self.resize(440, 420)
        self._make_fields()
        self.column.addWidget(_group("Where this machine stands (kept in the build)", self._place_rows()))
        self.column.addWidget(_group("Your limits (for every build)", self._limit_rows()))
        self.column.addStretch(1)
        self.add_close()
        self._connect()
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def _make_fields(self) -> None:
        self.circuit = QComboBox()
        for circuit in self._session.catalog.circuits.values():
            self.circuit.addItem(circuit.title, circuit.id)
        self.other_load, self.ambient = _whole(0, 10_000, " W", 50), _whole(-20, 60, " °C", 1)
        self.energy, self.hours = _number(0, 500, " ct/kWh", 1), _number(0, 24, " h a day", 1)
        self.spare, self.gap = _whole(0, 60, " %", 5), _whole(0, 200, " mm", 5)
        self.margin = _number(0, 16, " GiB", 0.5)

    def _place_rows(self) -> list[tuple[str, QWidget]]:
        return [
            ("&Circuit", self.circuit),
            ("&Other load on the breaker", self.other_load),
            ("&Room temperature", self.ambient),
            ("&Energy price", self.energy),
            ("&Hours in use", self.hours),
        ]

    def _limit_rows(self) -> list[tuple[str, QWidget]]:
        return [
            ("&Spare power at the limits", self.spare),
            ("&Air between cards", self.gap),
            ("&Memory to keep free on a card", self.margin),
        ]

    def _connect(self) -> None:
        self.circuit.activated.connect(lambda _: self._site("circuit", self.circuit.currentData()))
        self.other_load.valueChanged.connect(lambda value: self._site("other_load_w", value))
        self.ambient.valueChanged.connect(lambda value: self._site("ambient_c", float(value)))
        self.energy.valueChanged.connect(lambda value: self._site("energy_cents_per_kwh", value))
        self.hours.valueChanged.connect(lambda value: self._site("hours_per_day", value))
        self.spare.valueChanged.connect(lambda value: self._limit("spare_percent", float(value)))
        self.gap.valueChanged.connect(lambda value: self._limit("min_gap_mm", float(value)))
        self.margin.valueChanged.connect(lambda value: self._limit("margin_gib", value))

    def _site(self, field: str, value: object) -> None:
        build = edits.set_site(self._session.build, **{field: value})
        self._session.edit("Change where the machine stands", build, f"site {field}")

    def _limit(self, field: str, value: float) -> None:
        policy = self._session.policy.replace(**{field: value})
        self._preferences.change(policy=policy)
        self._session.use(policy=policy)

    def render_report(self, report: Report) -> None:
        site, policy = report.build.site, self._session.policy
        fields = (
            self.circuit,
            self.other_load,
            self.ambient,
            self.energy,
            self.hours,
            self.spare,
            self.gap,
            self.margin,
        )
        blockers = [QSignalBlocker(field) for field in fields]
        self.circuit.setCurrentIndex(self.circuit.findData(site.circuit))
        self.other_load.setValue(site.other_load_w)
        self.ambient.setValue(round(site.ambient_c))
        self.energy.setValue(site.energy_cents_per_kwh)
        self.hours.setValue(site.hours_per_day)
        self.spare.setValue(round(policy.spare_percent))
        self.gap.setValue(round(policy.min_gap_mm))
        self.margin.setValue(policy.margin_gib)
        del blockers


def _group(title: str, rows: list[tuple[str, QWidget]]) -> QGroupBox:
    group = QGroupBox(title)
    form = QFormLayout(group)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for text, field in rows:
        form.addRow(text, field)
        field.setAccessibleName(text.replace("&", ""))
    return group


def _whole(least: int, most: int, unit: str, step: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setSuffix(unit)
    spin.setSingleStep(step)
    spin.setKeyboardTracking(False)
    indent(spin)
    return spin


def _number(least: float, most: float, unit: str, step: float) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(least, most)
    spin.setDecimals(1)
    spin.setSuffix(unit)
    spin.setSingleStep(step)
    spin.setKeyboardTracking(False)
    indent(spin)
    return spin
