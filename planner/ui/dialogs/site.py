"""Place and setup: where the machine stands and how it is set up. Both belong to the build and can be undone."""

from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from planner.domain import edits
from planner.domain.parts import Circuit
from planner.domain.units import show_w
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.widgets.explained_form import ExplainedForm, number_field, whole_field
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import scrolled
from planner.ui.widgets.sheet import Sheet

CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "CHF", "JPY", "INR", "SEK", "PLN", "BRL", "CNY")
NOT_KNOWN = "Not known"


class SiteDialog(Sheet):
    """Everything takes effect at once, as one undoable step a field."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Place and setup", parent)
        self._session = session
        self.resize(1000, 650)
        self._make_place()
        self._make_setup()
        self.column.addWidget(self._page(), 1)
        self.add_close()
        self._connect()
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def _make_place(self) -> None:
        self.country, self.circuit = QComboBox(), QComboBox()
        self.country.addItem(NOT_KNOWN, None)
        for name in dict.fromkeys(circuit.country for circuit in self._session.catalog.circuits.values()):
            self.country.addItem(name, name)
        self.limit = plain_label("", "muted", wraps=True)
        self.circuits = whole_field(1, 8, "", 1)
        self.other_load, self.ups = whole_field(0, 10_000, " W", 50), whole_field(0, 100_000, " W", 100, "None")
        self.ambient = number_field(-20, 60, " °C", 1)
        self.energy = number_field(0, 5, "", 0.01, decimals=3)
        self.hours = number_field(0, 24, " h a day", 1)
        self.currency = QComboBox()
        self.currency.addItems(CURRENCIES)

    def _make_setup(self) -> None:
        self.csm = QComboBox()
        for text, value in (("Not decided", None), ("Off", False), ("On", True)):
            self.csm.addItem(text, value)
        self.virtual_machine, self.unofficial_p2p = QCheckBox(), QCheckBox()
        self.memory_share = number_field(0, 100, " %", 5, none="Engine's default")
        self.extra = number_field(0, 1024, " GiB", 0.5)
        self.micro_batch = whole_field(1, 65_536, " tokens", 128)

    def _page(self) -> QScrollArea:
        page = QWidget()
        page.setObjectName("sheetPage")
        both = QHBoxLayout(page)
        both.setContentsMargins(0, 0, 12, 0)
        both.setSpacing(28)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._place_form())
        right.addWidget(self._setup_form())
        right.addSpacing(8)
        self.workload_form = self._workload_form()
        right.addWidget(self.workload_form)
        for column in (left, right):
            column.addStretch(1)
            both.addLayout(column, 1)
        return scrolled(page)

    def _place_form(self) -> ExplainedForm:
        circuits = "How many such circuits, each with its own breaker, the supplies are plugged into in turn."
        rows = (
            ("&Country", self.country, ""),
            ("Circ&uit", self.circuit, ""),
            ("", self.limit, ""),
            ("&Number of circuits", self.circuits, circuits),
            ("&Other load", self.other_load, "What else draws from the same breaker: screen, lamps, other machines."),
            ("U&PS", self.ups, "Watts it bears, not volt-amperes. None if the machine is plugged into the wall."),
            ("&Room temperature", self.ambient, "On a hot day; parts get as much warmer as the room does."),
            ("&Energy price", self.energy, "As on the bill, with taxes and fees."),
            ("&Hours in use", self.hours, "At typical draw, for the energy bill of a month."),
            ("Currenc&y", self.currency, "Of the energy price. Parts keep the currency their price was seen in."),
        )
        return ExplainedForm("Where the machine stands", rows)

    def _setup_form(self) -> ExplainedForm:
        csm = "The BIOS starts as an old one would (CSM). On, it switches Above 4G decoding and Resizable BAR off."
        guest = "The cards are handed to a guest, which needs address space for their memory."
        p2p = "A patched driver lets GeForce cards copy to each other directly. NVIDIA does not support it."
        rows = (
            ("Co&mpatibility mode", self.csm, csm),
            ("Runs in a &virtual machine", self.virtual_machine, guest),
            ("Unofficial peer-to-peer &driver", self.unofficial_p2p, p2p),
        )
        return ExplainedForm("How it is set up", rows)

    def _workload_form(self) -> ExplainedForm:
        share = "Share of each card's memory that an engine with a pool, such as vLLM, takes at its start."
        extra = "Kept on every card beside the model: a draft model, an image encoder, another program."
        batch = "Tokens of a prompt worked on at once. More needs more memory on each card."
        rows = (
            ("Memory &share", self.memory_share, share),
            ("O&ther memory", self.extra, extra),
            ("Micro-&batch", self.micro_batch, batch),
        )
        return ExplainedForm("Memory of the workload", rows)

    # user → session

    def _connect(self) -> None:
        self.country.activated.connect(lambda _: self._move_to(self.country.currentData()))
        self.circuit.activated.connect(lambda _: self._site("circuit", "circuit", self.circuit.currentData()))
        self.circuits.valueChanged.connect(lambda n: self._site("circuits", "number of circuits", n))
        self.other_load.valueChanged.connect(lambda n: self._site("other_load_w", "other load", n))
        self.ups.valueChanged.connect(lambda n: self._site("ups_w", "UPS", n or None))
        self.ambient.valueChanged.connect(lambda n: self._site("ambient_c", "room temperature", n))
        self.energy.valueChanged.connect(self._price)
        self.hours.valueChanged.connect(lambda n: self._site("hours_per_day", "hours in use", n))
        self.currency.activated.connect(lambda _: self._site("currency", "currency", self.currency.currentText()))
        self.csm.activated.connect(lambda _: self._setup("csm", "compatibility mode", self.csm.currentData()))
        self.virtual_machine.clicked.connect(lambda on: self._setup("virtual_machine", "virtual machine", on))
        self.unofficial_p2p.clicked.connect(lambda on: self._setup("unofficial_p2p", "peer-to-peer driver", on))
        self.memory_share.valueChanged.connect(self._share)
        self.extra.valueChanged.connect(lambda n: self._work("extra_gib", "other memory", n))
        self.micro_batch.valueChanged.connect(lambda n: self._work("micro_batch", "micro-batch", n))

    def _move_to(self, country: str | None) -> None:
        """To the country's usual circuit, unless the build has one of that country already."""
        offered = self._circuits_of(country)
        if self._session.build.site.circuit not in {circuit.id for circuit in offered}:
            self._site("circuit", "country", offered[0].id if offered else None)

    def _site(self, field: str, word: str, value: Any) -> None:
        """Steps of one number undo as one."""
        build = edits.set_site(self._session.build, **{field: value})
        counted = isinstance(value, int | float)
        self._session.edit(f"Change the {word}", build, f"site {field}" if counted else None)

    def _price(self, amount: float) -> None:
        self._site("energy_cents_per_kwh", "energy price", round(100 * amount, 1))

    def _share(self, percent: float) -> None:
        self._work("memory_share", "memory share", round(percent / 100, 3) or None)

    def _setup(self, field: str, word: str, value: Any) -> None:
        build = edits.set_setup(self._session.build, **{field: value})
        self._session.edit(f"Change the {word}", build)

    def _work(self, field: str, word: str, value: Any) -> None:
        build = edits.set_workload(self._session.build, **{field: value})
        self._session.edit(f"Change the {word}", build, f"workload {field}")

    # session → view

    def render_report(self, report: Report) -> None:
        kinds = (QComboBox, QSpinBox, QDoubleSpinBox)
        blockers = [QSignalBlocker(field) for kind in kinds for field in self.findChildren(kind)]
        self._show_place(report)
        self._show_setup(report)
        self._show_workload(report)
        del blockers

    def _show_place(self, report: Report) -> None:
        site = report.build.site
        found = self._session.catalog.circuits.get(site.circuit or "")
        self.country.setCurrentIndex(self.country.findData(found.country if found else None))
        self.circuit.clear()
        for circuit in self._circuits_of(found.country if found else None):
            self.circuit.addItem(circuit.name, circuit.id)
        if found is None:
            self.circuit.addItem(f"{site.circuit} (unknown)" if site.circuit else NOT_KNOWN, site.circuit)
        self.circuit.setCurrentIndex(self.circuit.findData(site.circuit))
        self.circuit.setEnabled(self.circuit.count() > 1)
        self.limit.setText(_limit(found))
        self.circuits.setValue(site.circuits)
        self.circuits.setSuffix(" circuit" if site.circuits == 1 else " circuits")
        self.other_load.setValue(site.other_load_w)
        self.ups.setValue(site.ups_w or 0)
        self.ambient.setValue(site.ambient_c)
        self.energy.setValue(site.energy_cents_per_kwh / 100)
        self.energy.setSuffix(f" {site.currency} per kWh")
        self.hours.setValue(site.hours_per_day)
        if self.currency.findText(site.currency) < 0:
            self.currency.addItem(site.currency)
        self.currency.setCurrentIndex(self.currency.findText(site.currency))

    def _circuits_of(self, country: str | None) -> list[Circuit]:
        return [circuit for circuit in self._session.catalog.circuits.values() if circuit.country == country]

    def _show_setup(self, report: Report) -> None:
        setup = report.build.setup
        self.csm.setCurrentIndex(self.csm.findData(setup.csm))
        self.virtual_machine.setChecked(setup.virtual_machine)
        self.unofficial_p2p.setChecked(setup.unofficial_p2p)

    def _show_workload(self, report: Report) -> None:
        work, engine = report.build.workload, report.rig.engine
        self.workload_form.setEnabled(work is not None)
        if work is None:
            return
        usual = f" ({engine.memory_share * 100:.0f} %)" if engine and engine.memory_share < 1 else ""
        self.memory_share.setSpecialValueText(f"Engine's default{usual}")
        self.memory_share.setValue((work.memory_share or 0) * 100)
        self.extra.setValue(work.extra_gib)
        self.micro_batch.setValue(work.micro_batch)


def _limit(circuit: Circuit | None) -> str:
    if circuit is None:
        return "Without it, the breaker and the wall socket are not checked."
    if circuit.continuous_share == 1:
        return f"Bears {show_w(circuit.limit_w)}."
    return f"Bears {show_w(circuit.limit_w)}, and {show_w(circuit.continuous_w)} for hours at a time."
