"""Cost: what each part costs and says so, the total, and what running it costs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.domain.units import show_money
from planner.evaluate import Report
from planner.ui.breakdowns import breakdown
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import result_page
from planner.ui.widgets.plain_table import PlainTable


class CostTab(QWidget):
    breakdown_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._report: Report | None = None
        self.total = plain_label("", "resultLine", wraps=True)
        self.table = PlainTable("Price of every part", ("Part", "Price", "How it is known"))
        self.table.opened.connect(lambda _: self._open())
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(6)
        column.addWidget(self.total)
        column.addWidget(self.table, 1)
        column.addStretch()

    def render_report(self, report: Report) -> None:
        self._report = report
        cost = report.facts.cost
        self.total.setText(summary(report))
        lines = [
            (
                line.label,
                "" if line.cents is None else show_money(line.cents, cost.currency),
                line.price_note,
            )
            for line in cost.lines
        ]
        self.table.show_lines(lines, right=frozenset({1}))
        self.table.setVisible(bool(lines))

    def _open(self) -> None:
        if self._report:
            self.breakdown_wanted.emit(breakdown(self._report, "price"))


def summary(report: Report) -> str:
    cost, site = report.facts.cost, report.build.site
    if not cost.lines:
        return "Choose parts to see what they cost."
    parts = [f"{show_money(cost.total_cents, cost.currency)} in all"]
    if cost.unpriced:
        parts[0] += f", {len(cost.unpriced)} without a price left out"
    if cost.cents_per_vram_gib is not None:
        parts.append(f"{show_money(round(cost.cents_per_vram_gib), cost.currency)} per GiB of VRAM")
    if cost.energy_cents_month is not None:
        month = show_money(round(cost.energy_cents_month / 100) * 100, cost.currency)
        parts.append(f"{month} of energy a month at {site.hours_per_day:g} hours a day")
    return "; ".join(parts) + "."
