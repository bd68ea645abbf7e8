"""The picker: search, facets, what fits, what would change, and nothing changed before it is said."""

import pytest
from PySide6.QtCore import Qt

from planner.ui.choices import Target
from planner.ui.dialogs.picker import Picker
from planner.ui.models.part_columns import columns
from planner.ui.models.part_table import PartTable
from tests.ui.fakes import CATALOG

KINDS = {
    "cpu": CATALOG.cpus, "board": CATALOG.boards, "gpus": CATALOG.cards, "memory": CATALOG.memory,
    "psus": CATALOG.psus, "case": CATALOG.cases, "cooler": CATALOG.coolers, "drives": CATALOG.drives,
}  # fmt: skip


def opened(qtbot, session, target):
    picker = Picker(session, target)
    qtbot.addWidget(picker)
    picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    picker.show()
    qtbot.waitUntil(lambda: not picker._judging.isActive() and not picker._previewing.isActive())
    return picker


def shown(picker):
    return [record.id for record in picker.model.shown]


@pytest.mark.parametrize("kind", KINDS)
def test_table_model_is_sound(qtmodeltester, kind):
    model = PartTable(tuple(KINDS[kind].values()), columns(kind, CATALOG))
    qtmodeltester.check(model)
    model.narrow("no such thing", lambda record: True)
    assert model.rowCount() == 0
    qtmodeltester.check(model)


def test_typing_narrows(qtbot, session):
    picker = opened(qtbot, session, Target("gpus", "gpu-2"))
    qtbot.keyClicks(picker.search, "a4")
    assert shown(picker) == ["rtx-a4000"]


def test_only_what_brings_no_error_is_shown_at_first(qtbot, session):
    session.edit("Use 1600 W", session.build.replace())
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    assert shown(picker) == ["volta-1000", "volta-1600"]  # what is there stays in sight
    session.edit("Fix it", session.report.findings[0].fixes[0].edit(session.build))
    qtbot.waitUntil(lambda: not picker._judging.isActive())
    picker.model.now = "volta-1600"
    picker._filter()
    assert shown(picker) == ["volta-1600"]
    qtbot.mouseClick(picker.only_fitting, Qt.MouseButton.LeftButton, pos=picker.only_fitting.rect().center())
    picker.only_fitting.setChecked(False)
    picker._filter()
    assert shown(picker) == ["volta-1000", "volta-1600"]


def test_supply_that_is_still_too_small_does_not_fit(qtbot, session):
    session.edit("Use 1600 W", session.report.findings[0].fixes[0].edit(session.build))
    session.undo()
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    assert [picker.fits(name) for name in ("volta-1000", "volta-1600")] == [False, True]


def test_what_no_choice_here_can_cure_hides_nothing(qtbot, session):
    """The supply lacks a plug for any second card; the cards are not to blame."""
    picker = opened(qtbot, session, Target("gpus", "gpu-2"))
    assert all(picker.fits(name) for name in CATALOG.cards)


def test_facet_narrows(qtbot, session):
    picker = opened(qtbot, session, Target("gpus", "gpu-2"))
    vram = next(facet for facet in picker.facets.values() if facet.accessibleName() == "VRAM")
    vram.setCurrentIndex(vram.findData(32.0))
    vram.activated.emit(vram.currentIndex())
    assert shown(picker) == ["rtx-5090-fe"]


def test_strip_says_what_would_change(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    picker._highlight("volta-1600")
    qtbot.waitUntil(lambda: bool(picker.strip.changes["Total price"].text()))
    assert picker.strip.changes["Total price"].text() == "+$220"
    assert picker.strip.values["Power at the limits"].text() == "1,200 W"
    assert "Gone Power supply is too small" in picker.strip.findings_shown()
    assert session.history.count() == 0


def test_enter_takes_the_highlighted_part(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert session.build.parts.psus[0].part == "volta-1600"
    assert session.history.undoText() == "Use Volta V1600"
    assert not picker.isVisible()


def test_escape_changes_nothing(qtbot, session):
    picker = opened(qtbot, session, Target("psus", "psu-1"))
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert session.history.count() == 0


def test_first_card_of_an_empty_build_is_added(qtbot, session):
    session.new()
    picker = opened(qtbot, session, Target("gpus"))
    picker._highlight("rtx-a4000")
    picker.use()
    assert [c.part for c in session.build.parts.gpus] == ["rtx-a4000"]


def test_part_can_be_removed(qtbot, session):
    picker = opened(qtbot, session, Target("cooler"))
    picker.remove()
    assert session.build.parts.cooler is None


def test_what_is_not_known_sorts_last_both_ways():
    model = PartTable(tuple(CATALOG.coolers.values()) * 1, columns("cooler", CATALOG))
    lacking = CATALOG.coolers["tall-air"].model_copy(update={"id": "unknown-height", "height_mm": None})
    model = PartTable((lacking, *CATALOG.coolers.values()), columns("cooler", CATALOG))
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        model.sort(2, order)
        assert model.shown[-1].id == "unknown-height"
