"""The workload: said in one line, changed in a sheet, one undoable edit a change."""

import pytest
from PySide6.QtCore import Qt

from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.evaluate import evaluate
from planner.ui.breakdowns import breakdown
from planner.ui.models.workload_options import draft_choices, one_line, outcome, quant_labels
from planner.ui.widgets.token_spin import TokenSpin, parsed
from tests.makers import make_workload
from tests.ui.fakes import CATALOG


@pytest.fixture
def sheet(window):
    window.workload_sheet.open_below()
    return window.workload_sheet


def choose(combo, value):
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def test_one_line(session):
    words = one_line(session.build.workload, CATALOG)
    assert words == ("Llama 3.1 70B", "Q4_K_M", "8K context", "llama.cpp", "layer split")


def test_choosing_an_engine_is_one_edit(session, sheet):
    choose(sheet.engine, "vllm")
    assert session.build.workload.engine == "vllm"
    assert session.history.count() == 1
    assert "Layer split (not in vLLM)" in [sheet.split.itemText(n) for n in range(sheet.split.count())]


def test_model_is_found_by_a_part_of_its_name(sheet):
    finder = sheet.model.completer()
    finder.setCompletionPrefix("8b")
    assert [finder.completionModel().index(n, 0).data() for n in range(finder.completionCount())] == ["Llama 3.1 8B"]


def test_typed_nonsense_leaves_the_model(qtbot, session, sheet):
    line = sheet.model.lineEdit()
    line.setText("no such model")
    line.editingFinished.emit()
    assert session.build.workload.model == "llama-3.1-70b"
    assert line.text() == "Llama 3.1 70B"


def test_any_quantisation_can_be_typed(qtbot, session, sheet):
    line = sheet.quant.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, "IQ4_NL")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert session.build.workload.quant == "IQ4_NL"


def test_steps_of_the_context_undo_as_one(session, sheet):
    sheet.context.stepBy(1)
    sheet.context.stepBy(1)
    assert session.build.workload.context == 32768
    assert session.history.count() == 1
    session.undo()
    assert session.build.workload.context == 8192
    assert sheet.context.value() == 8192


def test_escape_closes(qtbot, window, sheet):
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_click_elsewhere_closes(qtbot, window, sheet):
    qtbot.mouseClick(window.headline, Qt.MouseButton.LeftButton)
    assert not sheet.isVisible()


def test_build_without_a_workload_gets_one(session, window):
    session.new()
    window.workload_sheet.open_below()
    choose(window.workload_sheet.model, "llama-3.1-8b")
    assert session.build.workload.model == "llama-3.1-8b"


def test_a_draft_is_one_edit_and_goes_with_its_model(session, sheet):
    choose(sheet.draft, "llama-3.1-8b")
    assert session.build.workload.draft == "llama-3.1-8b"
    assert session.history.count() == 1
    assert "speculation" in one_line(session.build.workload, CATALOG)
    choose(sheet.draft, "")
    assert session.build.workload.draft is None
    choose(sheet.draft, "llama-3.1-8b")
    choose(sheet.model, "llama-3.1-8b")
    assert session.build.workload.draft is None


def test_acceptance_is_set_beside_the_draft(session, sheet):
    assert not sheet.kept.isEnabled()
    choose(sheet.draft, "llama-3.1-8b")
    assert sheet.kept.isEnabled()
    assert sheet.kept.text() == "As usual"
    sheet.kept.setValue(95)
    assert session.build.workload.acceptance == 0.95
    sheet.kept.setValue(0)
    assert session.build.workload.acceptance is None
    sheet.kept.setValue(60)
    choose(sheet.draft, "")
    assert session.build.workload.acceptance is None
    assert not sheet.kept.isEnabled()


def test_outcome_says_what_speculation_gains():
    build = example("dual-4090-right")
    asked = make_workload(model="qwen3.6-27b", draft="qwen3.6-27b", acceptance=0.7)
    report = evaluate(build.replace(workloads=(asked,)), load_catalog())
    speed = report.facts.throughput
    assert f"{speed.speculation.gain:.2f} times that without speculation" in outcome(report)
    assert "Gain by speculation" in [step.label for step in breakdown(report, "speed").steps]


def test_the_smallest_model_has_nothing_to_draft_with(session, sheet):
    assert sheet.draft.isEnabled()
    choose(sheet.model, "llama-3.1-8b")
    assert not sheet.draft.isEnabled()


@pytest.mark.parametrize(
    ("engine", "model", "first"),
    [
        ("llama.cpp", "qwen3.6-27b", "qwen3.6-27b"),
        ("llama.cpp", "qwen3-32b", "qwen3-0.6b"),
        ("vllm", "qwen3-32b", None),
    ],
)
def test_drafts_are_small_and_of_one_vocabulary(engine, model, first):
    catalog = load_catalog()
    found = draft_choices(catalog, make_workload(model=model, engine=engine))
    assert found[0] == ("", "None")
    assert (found[1][0] if len(found) > 1 else None) == first
    vocabularies = {catalog.models[key].vocab for key, _ in found[1:]}
    assert vocabularies <= {catalog.models[model].vocab}


def test_a_text_model_reads_no_images(session, sheet):
    assert not sheet.images.isEnabled()
    assert sheet.images.currentData() is False


def test_outcome_says_whether_it_fits(session):
    assert outcome(session.report).startswith("Fits: ")


def test_labels_follow_the_engine():
    assert "Q4_K_M" in quant_labels(CATALOG, "llama-3.1-70b", "llama.cpp")
    assert "AWQ-4bit" not in quant_labels(CATALOG, "llama-3.1-70b", "llama.cpp")


@pytest.mark.parametrize(
    ("text", "tokens"), [("8K", 8192), ("8k", 8192), ("12,000", 12000), ("1.5k", 1536), ("1M", 2**20), ("x", None)]
)
def test_counts_of_tokens_as_people_type_them(text, tokens):
    assert parsed(text) == tokens


@pytest.mark.parametrize(
    ("start", "steps", "end"), [(8192, 1, 16384), (8192, -1, 4096), (9000, -1, 8192), (9000, 1, 16384)]
)
def test_arrows_double_and_halve(qtbot, start, steps, end):
    spin = TokenSpin(256)
    qtbot.addWidget(spin)
    spin.setValue(start)
    spin.stepBy(steps)
    assert spin.value() == end
