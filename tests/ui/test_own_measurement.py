"""Own measurements: shown before they are added, all or nothing, one undoable step."""

import pytest
from PySide6.QtCore import Qt

from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.session.session import Session
from planner.ui.dialogs.own_measurement import OwnMeasurement
from planner.ui.models.measured_rows import same_file, unused
from tests.ui.letters import letters

DEVICES = "\n".join(f"  Device {n}: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes" for n in range(4))
TABLE = f"""{DEVICES}
| model                  |      size |  params | backend | ngl |  test |           t/s |
| ---------------------- | --------: | ------: | ------- | --: | ----: | ------------: |
| llama 70B Q4_K - Medium | 39.59 GiB | 70.55 B | CUDA    |  99 | pp512 | 812.10 ± 1.10 |
| llama 70B Q4_K - Medium | 39.59 GiB | 70.55 B | CUDA    |  99 | tg128 |  15.20 ± 0.02 |

build: 4d3d455d (6411)
"""


@pytest.fixture(scope="module")
def shipped():
    return load_catalog()


@pytest.fixture
def real(dressed, shipped):
    return Session(shipped, example("quad-3090"))


@pytest.fixture
def form(qtbot, real):
    made = OwnMeasurement(real)
    qtbot.addWidget(made)
    made.show()
    return made


def paste(form, text=TABLE, model="llama-3.1-70b"):
    form.text.setPlainText(text)
    form.read()
    if model:
        form.setup.model.setCurrentIndex(form.setup.model.findData(model))
        form.setup.model.activated.emit(form.setup.model.currentIndex())


def type_in(form, **values):
    form.ways.setCurrentIndex(1)
    for name, text in values.items():
        form.values[name].setText(text)
    form.read()


def cells(table):
    return [[table.item(row, at).text() for at in range(table.columnCount())] for row in range(table.rowCount())]


def test_a_pasted_text_is_read_by_itself_and_nothing_is_added(qtbot, form, real):
    form.text.setPlainText(TABLE)
    qtbot.waitUntil(lambda: form.read_table.rowCount() == 2)
    assert real.build.measured == ()
    assert real.history.count() == 0


def test_what_was_read_is_shown(form):
    paste(form)
    prefill, decode = cells(form.read_table)
    assert prefill[:3] == ["Prefill", "812 tok/s", "Llama 3.1 70B · Q4_K_M"]
    assert decode[:2] == ["Decode", "15.2 tok/s"]
    assert decode[3:7] == ["4 × GeForce RTX 3090, layer split", "128", "1", "llama.cpp"]
    assert "prefill from" in form.said.text()


def test_adding_is_one_step(form, real):
    before = real.build
    paste(form)
    assert form.add.text() == "&Add 2"
    form.add.click()
    assert [row.decode_tok_s or row.prefill_tok_s for row in real.build.measured] == [812.1, 15.2]
    assert all(row.own and row.chip == "rtx-3090" and row.count == 4 for row in real.build.measured)
    assert real.history.count() == 1
    assert form.text.toPlainText() == ""
    assert len(cells(form.kept_table)) == 2
    real.undo()
    assert real.build == before
    assert form.kept_table.rowCount() == 0


def test_the_estimate_is_drawn_as_was_said(form, real):
    paste(form)
    told, old = form.said.text(), real.report.facts.throughput.prefill_tok_s.value
    form.add.click()
    new = real.report.facts.throughput.prefill_tok_s.value
    assert new != old
    change = f"{(new / old - 1) * 100:+.1f}".replace("-", "−")
    assert f"prefill from {old:,.0f} tok/s to {new:,.0f} tok/s ({change} %)" in told
    assert form.kept_said.text() == told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TABLE.replace("15.20 ± 0.02", "15,20 ± 0,02"), "Line 8 gives “15,20” for t/s"),
        (TABLE.replace("tg128", "pp512+tg128"), "Line 8 times a prompt and an answer together"),
        (TABLE.replace("| test |", "| tset |").replace("|  test |", "|  tset |"), "Line 5 has no column “test”"),
        ("it was rather fast", "Line 1 is neither"),
        (TABLE + "| llama 8B Q8_0 | 8 GiB | 8 B | CUDA | 99 | tg128 | 90.0 |", "Line 11 times another model (llama 8B"),
    ],
)  # fmt: skip
def test_bad_text_names_its_line_and_nothing_is_taken(form, real, text, says):
    paste(form, text, model=None)
    assert form.said.text().startswith(says)
    assert form.read_table.rowCount() == 0
    assert not form.add.isEnabled()
    form.add.click()
    assert real.build.measured == ()


def test_an_unclear_model_must_be_chosen(form):
    paste(form, model=None)
    assert form.said.text() == "The text calls the model “llama 70B Q4_K - Medium”: choose which one that is."
    assert not form.add.isEnabled()
    paste(form)
    assert form.add.isEnabled()


def test_other_cards_are_refused(form):
    paste(form, TABLE.replace("RTX 3090", "RTX 4090"))
    assert form.said.text() == "The text was timed on GeForce RTX 4090, which this build does not hold."
    assert not form.add.isEnabled()


def test_a_typed_speed(form, real):
    type_in(form, decode="33,5", generated="256", depth="1,024")
    form.add.click()
    (row,) = real.build.measured
    assert (row.decode_tok_s, row.generated, row.depth, row.users) == (33.5, 256, 1024, 1)
    work = real.build.workload
    assert (row.model, row.quant, row.engine, row.split) == (work.model, work.quant, work.engine, work.split)
    assert real.history.undoText() == "Add a measurement"
    assert form.values["decode"].text() == ""


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"decode": "quick"}, "“Decode” holds “quick” for decode; type a number above zero."),
        ({"decode": "30", "depth": "-1"}, "“Context before it” holds “-1”"),
        ({"users": "2"}, "“Decode” holds no speed"),
        ({"prefill": "9e9"}, "“Prefill” holds “9e9”"),
        ({"decode": "nan"}, "“Decode” holds “nan”"),
        ({"decode": "0"}, "“Decode” holds “0”"),
        ({"decode": "30", "users": "9" * 400}, "“Users at once” holds “999"),
    ],
)
def test_bad_values_name_their_field(form, values, says):
    type_in(form, **values)
    assert form.said.text().startswith(says)
    assert not form.add.isEnabled()


def test_a_power_limit_is_kept(form, real):
    form.setup.limit.setValue(220)
    type_in(form, decode="30")
    form.add.click()
    assert real.build.measured[0].power_limit_w == 220
    assert "at 220 W" in cells(form.kept_table)[0][3]


def test_the_chosen_one_is_removed(form, real):
    paste(form)
    form.add.click()
    assert not form.remove.isEnabled()
    form.kept_table.selectRow(1)
    form.remove.click()
    assert [row.prefill_tok_s for row in real.build.measured] == [812.1]
    real.undo()
    assert len(real.build.measured) == 2


def test_delete_removes(qtbot, form, real):
    type_in(form, decode="30")
    form.add.click()
    form.activateWindow()
    form.kept_table.setFocus()
    form.kept_table.selectRow(0)
    qtbot.keyClick(form.kept_table, Qt.Key.Key_Delete)
    assert real.build.measured == ()


def test_the_same_runs_again(form, real):
    paste(form)
    form.add.click()
    paste(form)
    assert form.said.text() == "The build has these already."


def test_far_off_runs_are_said_to_be_unused(form, real):
    type_in(form, decode="1")
    assert "this one is not used" in form.said.text()
    form.add.click()
    assert unused(real.report)
    assert "not used" in form.kept_said.text()


def test_enter_in_a_field_keeps_the_dialog(qtbot, form):
    type_in(form, decode="30")
    qtbot.keyClick(form.values["decode"], Qt.Key.Key_Return)
    assert form.isVisible()


def test_a_build_without_cards_or_workload(qtbot, real):
    real.edit("Empty", Build())
    made = OwnMeasurement(real)
    qtbot.addWidget(made)
    type_in(made, decode="5")
    assert made.said.text() == "Choose the model that was timed."


def test_a_workload_that_does_not_fit_has_no_estimate_to_move(form, real):
    real.edit("Much", edits.set_workload(real.build, context=16_000_000))
    paste(form)
    assert "no estimate to draw" in form.said.text()


def test_two_files():
    assert same_file(["a", "a"]) is None
    assert same_file(["a", "a", "b"]) == 2


def test_every_letter_chooses_one_field(form):
    found = letters(form)
    assert len(found) > 10
    assert len(found) == len(set(found)), found


def test_the_menu_opens_it(window):
    window.actions_by_id["measure"].trigger()
    assert "OwnMeasurement" in {type(child).__name__ for child in window.children()}


def test_a_typed_speed_is_with_the_workloads_speculation_unless_said_otherwise(form, real):
    assert form.drafted.count() == 1
    workload = real.build.workload.replace(model="qwen3.6-27b", draft="qwen3.6-27b", engine="llama.cpp")
    real.edit("Draft", real.build.replace(workloads=(workload,)))
    assert form.drafted.currentText() == "As in the workload"
    form.setup.model.setCurrentIndex(form.setup.model.findData("qwen3.6-27b"))
    form.setup.model.activated.emit(form.setup.model.currentIndex())
    type_in(form, decode="60")
    assert [row.speculative for row in form._rows] == ["mtp n=3"]
    form.drafted.setCurrentIndex(0)
    form.drafted.activated.emit(0)
    assert [row.speculative for row in form._rows] == [""]
