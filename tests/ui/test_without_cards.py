"""The window with a processor and memory and no card: the model in system RAM, and a speed."""

import pytest

from planner.analysis.memory import Memory
from planner.catalog import examples
from planner.catalog.load import load_catalog
from planner.domain.build import Build
from planner.session.session import Session
from planner.ui.breakdowns import breakdown, why_no_speed
from planner.ui.charts.side_by_side import CARDS, MODELS, SPLITS
from planner.ui.models.workload_options import case_line, outcome
from planner.ui.panels import context_tab, memory_tab
from planner.ui.panels.headline import headline_texts
from planner.ui.panels.possible_panel import PossiblePanel
from planner.ui.panels.throughput_tab import NO_CARDS, ThroughputTab
from planner.ui.panels.workload_bar import WorkloadButton
from planner.ui.selection import Selection


@pytest.fixture(scope="module")
def shipped():
    return load_catalog()


def build_of(**work) -> Build:
    """The first example without its cards."""
    build = examples.example("dual-4090")
    asked = build.workloads[0].replace(**({"model": "llama-3.1-8b", "quant": "Q4_K_M", "engine": "llama.cpp"} | work))
    parts = build.parts.replace(gpus=(), bridges=())
    return build.replace(parts=parts, workloads=(asked,))


@pytest.fixture
def session(shipped):
    return Session(shipped, build_of())


@pytest.fixture
def tab(qtbot, session):
    made = ThroughputTab(session)
    qtbot.addWidget(made)
    made.resize(1200, 260)
    made.show()
    made.render_report(session.report)
    made.finish()
    return made


def turned(tab, side):
    tab.side.setCurrentText(side)
    tab.side.activated.emit(tab.side.currentIndex())
    tab.finish()
    return tab.rows


def everything(report) -> str:
    """All that is said of the fit."""
    return " ".join((memory_tab.verdict(report), memory_tab.why(report), outcome(report), context_tab.summary(report)))


def test_the_headline_says_a_number(session):
    speed, unit = headline_texts(session.report)["speed"]
    assert 1 < float(speed) < 40 and unit == "tok/s"


def test_the_fit_is_told_of_system_ram(session):
    said = everything(session.report)
    assert "of system RAM" in said and "Tightest: system RAM, there is no card." in said
    assert "tok/s" in outcome(session.report) and "Up to " in said
    assert "GPU" not in said and "on the cards" not in said


def test_what_does_not_fit_is_short_of_system_ram(shipped):
    report = Session(shipped, build_of(model="deepseek-r1", quant="Q8_0")).report
    assert "GPU" not in everything(report) and "too much for the system RAM" in outcome(report)
    assert headline_texts(report)["speed"] == ("", "model does not fit")
    assert "more on System RAM" in why_no_speed(report)


def test_the_ram_is_drawn_with_its_margin(session):
    fit = session.report.facts.memory
    assert isinstance(fit, Memory)
    (row,) = memory_tab.stacks(fit).rows
    assert row.label == "System RAM" and row.marks[0].value < row.limit


def test_the_sums_open(session):
    assert "the tightest is system RAM" in breakdown(session.report, "vram").answer
    assert "Limited by system RAM" in breakdown(session.report, "speed").answer


def test_the_own_bar_stands_first_and_others_follow(tab):
    rows = turned(tab, MODELS)
    assert rows[0].own and rows[0].speed is not None and "CPU only" in rows[0].note
    assert len(rows) > 5 and any(row.speed for row in rows[1:])


def test_no_number_of_cards_is_compared(tab):
    assert turned(tab, CARDS) == ()
    assert tab.nothing.text() == NO_CARDS
    assert tab.pages.currentWidget() is tab.nothing


def test_engines_side_by_side(tab):
    rows = {row.label.split(",")[0]: row for row in turned(tab, SPLITS)}
    assert rows["llama.cpp"].speed and rows["ik_llama.cpp"].speed
    assert rows["vLLM"].speed is None and "this build has none" in rows["vLLM"].said


def test_a_picture_names_the_processor(session, shipped):
    line = case_line(session.report, shipped)
    assert line.startswith(session.report.rig.cpu.name) and "split" not in line and "card" not in line


def test_what_else_it_could_do(qtbot, session):
    panel = PossiblePanel(session)
    qtbot.addWidget(panel)
    panel.render_report(session.report)
    panel.finish()
    assert [answer.question for answer in panel.found][:2] == ["Longest context", "Most users at once"]


def test_an_engine_that_needs_cards_says_so(shipped):
    report = Session(shipped, build_of(engine="vllm", quant="BF16")).report
    assert "this build has none" in memory_tab.verdict(report)
    assert headline_texts(report)["speed"] == ("", "engine refuses this")


def test_the_workload_says_that_there_is_no_card_to_split_over(qtbot, session):
    button = WorkloadButton(session, Selection())
    qtbot.addWidget(button)
    assert button.accessibleName().endswith("CPU only")
