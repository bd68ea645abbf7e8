"""Memory: what each card and the system RAM hold, against what they have."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from planner.analysis.memory import Memory, Refused, Share
from planner.domain.units import GIB, gib, show_gib, show_tokens
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.breakdowns import breakdown
from planner.ui.charts.stacks import Mark, Segment, StackGauge, StackRow, Stacks
from planner.ui.drawing.items import Level
from planner.ui.drawing.words import gpu
from planner.ui.panels.possible_panel import PossiblePanel
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import result_page, scrolled

PARTS = (
    ("weights", "Weights", 0),
    ("kv", "KV cache", 1),
    ("compute", "Compute buffers", 2),
    ("draft", "Speculation", 6),
    ("images", "Images", 7),
    ("context", "Driver", 3),
    ("reserved", "Reserved", 4),
)
"""Field of a share, its name, its place in the palette's series."""


class MemoryTab(QWidget):
    breakdown_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._report: Report | None = None
        self.verdict = plain_label("", "resultLine", wraps=True)
        self.why = plain_label("", "muted", wraps=True)
        self.gauge = StackGauge("Memory per device")
        self.gauge.opened.connect(lambda _: self._open())
        self.possible = PossiblePanel(session)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.verdict)
        column.addWidget(self.why)
        column.addWidget(scrolled(self.gauge), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(16)
        row.addLayout(column, 1)
        row.addWidget(self.possible, 1)

    def render_report(self, report: Report) -> None:
        self._report = report
        fit = report.facts.memory
        self.verdict.setText(verdict(report))
        self.verdict.setProperty("level", "error" if isinstance(fit, Refused) or (fit and not fit.fits) else "plain")
        self.verdict.style().polish(self.verdict)
        self.why.setText(why(report))
        self.why.setVisible(bool(self.why.text()))
        self.gauge.show_stacks(stacks(fit) if isinstance(fit, Memory) else Stacks((), ()))
        self.possible.render_report(report)

    def _open(self) -> None:
        if self._report:
            self.breakdown_wanted.emit(breakdown(self._report, "vram"))


def verdict(report: Report) -> str:
    fit, model = report.facts.memory, report.rig.model
    name = f"{model.name} at {report.rig.workload.quant}" if model and report.rig.workload else "The model"
    if fit is None:
        return "Choose a GPU and a model to see what fits."
    if isinstance(fit, Refused):
        return f"{name} cannot run so: {fit.reason}"
    usable = sum(share.usable for share in fit.devices)
    used = sum(share.used for share in fit.devices)
    where = "usable on the cards" if fit.cards else "of system RAM"
    needs, has = show_gib(gib(used)), f"{show_gib(gib(usable))} {where}"
    if not fit.fits:
        return f"{name} does not fit: {show_gib(gib(fit.over_bytes))} short. It needs {needs}, with {has}."
    room = f"context up to {show_tokens(fit.max_context)}" if fit.max_context else "with less than the margin free"
    return f"{name} fits{', only just' if fit.tight else ''}: {needs} of {has}, {room}."


def why(report: Report) -> str:
    fit = report.facts.memory
    if not isinstance(fit, Memory):
        return ""
    parts = [tightest(fit)]
    layers = _layers({device: count for device, count in fit.layers_per_device if count})
    if layers:
        parts.append(f"Layers: {layers}.")
    if fit.error_percent:
        parts.append(f"Known within ±{fit.error_percent:g} %.")
    return " ".join(parts)


def tightest(fit: Memory) -> str:
    """By number alone: the names stand beside the bars."""
    told = f"Tightest: {fit.tightest}, {fit.why}."
    for share in fit.shares:
        told = told.replace(share.label, share.device)
    return re.sub(r"\bgpu-(\d+)", r"GPU \1", told).replace("Tightest: ram,", "Tightest: system RAM,")


def _layers(counts: dict[str, int]) -> str:
    """Card by card, or in one word where all have the same."""
    if len(counts) > 1 and len(set(counts.values())) == 1:
        return f"{next(iter(counts.values()))} on each card"
    places = {device: "in RAM" if device == "ram" else f"on {gpu(device)}" for device in counts}
    return ", ".join(f"{count} {places[device]}" for device, count in counts.items())


def stacks(fit: Memory) -> Stacks:
    rows = tuple(_row(share, fit) for share in fit.shares)
    used = {name for row in rows for name in (segment.name for segment in row.segments if segment.value > 0)}
    legend = tuple((name, colour) for _, name, colour in PARTS if name in used)
    return Stacks(rows, legend)


def _row(share: Share, fit: Memory) -> StackRow:
    ram = share.device == "ram" and bool(fit.cards)  # alone it keeps the margin
    segments = tuple(Segment(name, getattr(share, field) / GIB, colour) for field, name, colour in PARTS)
    free = share.free
    left = f"{show_gib(gib(free))} free" if free >= 0 else f"{show_gib(gib(-free))} over"
    level = Level.BAD if free < 0 else Level.WARN if not ram and free < fit.margin_bytes else Level.PLAIN
    percent = f" ({share.used / share.usable * 100:.0f} %)" if free < 0 and share.usable else ""
    marks = () if ram else (Mark((share.usable - fit.margin_bytes) / GIB, f"{show_gib(gib(fit.margin_bytes))} margin"),)
    said = f"{gib(share.used):,.1f} of {show_gib(gib(share.usable))}{percent} · {left}"
    detail = "\n".join(f"{segment.name}: {segment.value:,.2f} GiB" for segment in segments if segment.value > 0)
    margin = "" if ram else f"\nDashed: {show_gib(gib(fit.margin_bytes))} kept free as margin"
    return StackRow(
        label=share.label,
        segments=segments,
        limit=share.usable / GIB,
        said=said,
        level=level,
        marks=marks,
        group="ram" if ram else "cards",
        tip=f"{share.label}: {said}\n{detail}{margin}",
    )
