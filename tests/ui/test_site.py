"""Place, setup and workloads: every change is one undoable step of the build."""

import pytest
from PySide6.QtCore import Qt

from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.session.session import Session
from planner.ui.dialogs.site import SiteDialog
from planner.ui.panels.workload_list import MOST, WorkloadList
from tests.ui.letters import letters


@pytest.fixture(scope="module")
def shipped():
    return load_catalog()


@pytest.fixture
def real(dressed, shipped):
    return Session(shipped, example("quad-3090"))


@pytest.fixture
def form(qtbot, real):
    made = SiteDialog(real)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def workloads(qtbot, real):
    made = WorkloadList(real)
    qtbot.addWidget(made)
    return made


def choose(combo, text):
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def test_another_country_brings_its_circuit(form, real):
    before = real.build
    choose(form.country, "Japan")
    assert real.build.site.circuit == "jp-15a"
    assert form.circuit.currentText() == "15 A at 100 V (JIS C 8303)"
    assert form.limit.text() == "Bears 1,500 W, and 1,200 W for hours at a time."
    real.undo()
    assert real.build == before
    assert form.country.currentText() == "United States"


def test_the_same_country_keeps_the_circuit(form, real):
    assert real.build.site.circuit == "us-20a"
    choose(form.country, "United States")
    assert real.build.site.circuit == "us-20a"
    assert real.history.count() == 0


def test_a_circuit_of_the_country(form, real):
    choose(form.circuit, "20 A at 240 V (NEMA 6-20)")
    assert real.build.site.circuit == "us-240v-20a"
    assert real.history.undoText() == "Change the circuit"


def test_a_circuit_may_be_unknown(form, real):
    choose(form.country, "Not known")
    assert real.build.site.circuit is None
    assert not form.circuit.isEnabled()
    assert "not checked" in form.limit.text()


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("circuits", 2, {"circuits": 2}),
        ("other_load", 350, {"other_load_w": 350}),
        ("ups", 1500, {"ups_w": 1500}),
        ("ambient", 31.5, {"ambient_c": 31.5}),
        ("energy", 0.285, {"energy_cents_per_kwh": 28.5}),
        ("hours", 24, {"hours_per_day": 24}),
    ],
)
def test_a_number_of_the_place(form, real, field, value, kept):
    before = real.build
    getattr(form, field).setValue(value)
    assert real.build.site == before.site.replace(**kept)
    assert real.history.count() == 1
    real.undo()
    assert real.build == before


def test_no_ups_is_none(form, real):
    form.ups.setValue(900)
    form.ups.setValue(0)
    assert real.build.site.ups_w is None
    assert form.ups.text() == "None"


def test_typing_on_the_keyboard(qtbot, form, real):
    form.other_load.selectAll()
    qtbot.keyClicks(form.other_load, "450")
    assert real.build.site.other_load_w == 0
    qtbot.keyClick(form.other_load, Qt.Key.Key_Return)
    assert real.build.site.other_load_w == 450
    assert form.isVisible()


def test_the_currency_is_the_unit_of_the_energy_price(form, real):
    choose(form.currency, "EUR")
    assert real.build.site.currency == "EUR"
    assert form.energy.text().endswith(" EUR per kWh")


def test_a_currency_of_a_file_is_kept(form, real):
    real.edit("Elsewhere", edits.set_site(real.build, currency="NOK"))
    assert form.currency.currentText() == "NOK"


@pytest.mark.parametrize(
    ("act", "name", "kept"),
    [
        (lambda form: choose(form.csm, "On"), "csm", True),
        (lambda form: choose(form.csm, "Off"), "csm", False),
        (lambda form: form.virtual_machine.click(), "virtual_machine", True),
        (lambda form: form.unofficial_p2p.click(), "unofficial_p2p", True),
    ],
)
def test_setup(form, real, act, name, kept):
    before = real.build
    act(form)
    assert getattr(real.build.setup, name) is kept
    real.undo()
    assert real.build == before


def test_a_virtual_machine_is_judged_at_once(form, real):
    assert "BIO-012" not in {finding.rule for finding in real.report.findings}
    form.virtual_machine.click()
    assert "BIO-012" in {finding.rule for finding in real.report.findings}


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("memory_share", 92.5, {"memory_share": 0.925}),
        ("extra", 2.5, {"extra_gib": 2.5}),
        ("micro_batch", 2048, {"micro_batch": 2048}),
    ],
)
def test_memory_of_the_workload(form, real, field, value, kept):
    before = real.build.workload
    getattr(form, field).setValue(value)
    assert real.build.workload == before.replace(**kept)
    real.undo()
    assert getattr(form, field).value() != value


def test_the_engines_default_share(form, real):
    assert form.memory_share.text() == "Engine's default (90 %)"
    form.memory_share.setValue(80)
    form.memory_share.setValue(0)
    assert real.build.workload.memory_share is None


def test_without_a_workload_its_fields_rest(form, real):
    real.new(Build())
    assert not form.workload_form.isEnabled()


def test_numbers_have_units_and_fields_have_names(form):
    fields = (form.circuits, form.other_load, form.ambient, form.energy, form.hours, form.extra, form.micro_batch)
    assert all(field.suffix().strip() for field in fields)
    assert all(field.accessibleName() and field.accessibleDescription() for field in fields)


def test_every_letter_chooses_one_field(form):
    found = letters(form)
    assert len(found) > 10
    assert len(found) == len(set(found)), found


def test_the_menu_opens_it(window):
    window.actions_by_id["site"].trigger()
    assert "SiteDialog" in {type(child).__name__ for child in window.children()}


# ---------------------------------------------------------------- workloads


def test_one_workload_more_is_a_copy_that_is_judged(workloads, real):
    before = real.build
    workloads.add.click()
    assert real.build.workloads == (before.workload, *before.workloads)
    real.undo()
    assert real.build == before


def test_another_workload_is_judged(workloads, real):
    extra = real.build.workload.replace(context=4096)
    real.edit("One more", real.build.replace(workloads=(*real.build.workloads, extra)))
    last = len(real.build.workloads) - 1
    workloads.choice.activated.emit(last)
    assert real.build.workload == extra
    assert real.report.rig.workload == extra
    assert workloads.choice.currentIndex() == 0
    real.undo()
    assert real.build.workloads[last] == extra


def test_the_judged_workload_is_removed(workloads, real):
    first = real.build.workload
    workloads.add.click()
    real.edit("Users", edits.set_workload(real.build, users=9))
    workloads.remove.click()
    assert real.build.workload == first
    assert real.history.undoText() == "Remove the workload"


def test_the_last_workload_stays(workloads, real):
    real.edit("One", real.build.replace(workloads=(real.build.workload,)))
    assert not workloads.remove.isEnabled()
    assert not workloads.choice.isEnabled()


def test_not_more_than_a_file_holds(workloads, real):
    real.edit("Many", real.build.replace(workloads=(real.build.workload,) * (MOST - 1)))
    workloads.add.click()
    assert len(real.build.workloads) == MOST
    assert not workloads.add.isEnabled()


def test_the_others_keep_their_order(real):
    many = tuple(real.build.workload.replace(users=n) for n in (1, 2, 3, 4))
    build = real.build.replace(workloads=many)
    assert [w.users for w in edits.judge_workload(build, 2).workloads] == [3, 1, 2, 4]
    assert [w.users for w in edits.remove_workload(build, 1).workloads] == [1, 3, 4]
