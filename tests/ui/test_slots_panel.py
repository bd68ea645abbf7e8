"""Moving cards in the drawing: with the mouse, with the keyboard, and as a picture."""

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from planner.session.session import Session
from planner.ui import theme
from planner.ui.choices import Target
from planner.ui.drawing.case_view import paint_case
from planner.ui.panels.slots import SlotsPanel
from planner.ui.selection import Selection
from planner.ui.widgets.tip import plain_tip
from tests.ui import drawn


class Panel(SlotsPanel):
    session: Session
    selection: Selection


@pytest.fixture
def panel(qtbot):
    session, selection = Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge), Selection()
    made = Panel(session, selection)
    made.session, made.selection = session, selection  # kept alive, and at hand
    qtbot.addWidget(made)
    made.resize(795, 560)
    made.show()
    return made


def spot(panel, box):
    return panel.canvas.point_of(box.x + box.w / 2, box.middle).toPoint()


def slot_of(panel, key):
    return panel.session.build.placement(key).slot


def drag(qtbot, panel, key, connector):
    canvas = panel.canvas
    start, end = spot(panel, canvas.drawing.card(key).box), spot(panel, canvas.drawing.slot(connector).band)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(20, 20))
    qtbot.mouseMove(canvas, end)
    return end


def test_a_click_selects_the_card(qtbot, panel):
    qtbot.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=spot(panel, panel.canvas.drawing.card("gpu-2").box))
    assert panel.selection.keys == ("gpu-2",)
    assert "GPU 2" in panel.canvas.accessibleName()


def test_dragging_shows_what_each_slot_would_give_and_drops_there(qtbot, panel):
    end = drag(qtbot, panel, "gpu-2", "PCIEX16_3")
    assert panel.canvas.drag.over == "PCIEX16_3"
    assert "4.0 x2 chipset" in panel.canvas.drag.offers["PCIEX16_3"][0]
    qtbot.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=end)
    assert slot_of(panel, "gpu-2") == "PCIEX16_3"
    assert panel.session.history.undoText() == "Move GPU 2 to PCIEX16_3"
    panel.session.undo()
    assert slot_of(panel, "gpu-2") == "PCIEX16_2"


def test_a_card_dropped_on_another_changes_places_with_it(qtbot, panel):
    end = drag(qtbot, panel, "gpu-1", "PCIEX16_2")
    qtbot.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=end)
    assert (slot_of(panel, "gpu-1"), slot_of(panel, "gpu-2")) == ("PCIEX16_2", "PCIEX16_1")
    assert panel.session.history.count() == 1


def test_escape_stops_a_drag(qtbot, panel):
    end = drag(qtbot, panel, "gpu-1", "PCIEX16_3")
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=end)
    assert slot_of(panel, "gpu-1") == "PCIEX16_1"
    assert panel.session.history.count() == 0


def test_arrow_keys_choose_a_card_and_move_it(qtbot, panel):
    canvas = panel.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert panel.selection.keys == ("gpu-1",)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert panel.selection.keys == ("gpu-2",)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert slot_of(panel, "gpu-2") == "PCIEX16_3"
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert slot_of(panel, "gpu-2") == "PCIEX16_2"


def test_delete_takes_the_card_out_in_one_step(qtbot, panel):
    panel.selection.select(("gpu-2",))
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Delete)
    assert [chosen.key for chosen in panel.session.build.parts.gpus] == ["gpu-1"]
    panel.session.undo()
    assert slot_of(panel, "gpu-2") == "PCIEX16_2"


def test_enter_asks_for_another_card(qtbot, panel):
    panel.selection.select(("gpu-1",))
    with qtbot.waitSignal(panel.wanted) as asked:
        qtbot.keyClick(panel.canvas, Qt.Key.Key_Return)
    assert asked.args[0].key == "gpu-1"


def test_the_menu_moves_too(qtbot, panel):
    menu = panel.canvas.menu_for("gpu-1")
    places = next(action.menu() for action in menu.actions() if action.menu())
    assert len(places.actions()) == 3
    places.actions()[2].trigger()
    assert slot_of(panel, "gpu-1") == "PCIEX16_3"
    menu.close()


def test_tooltips_tell_all_that_is_known_and_show_names_as_they_are(panel):
    canvas = panel.canvas
    tip = canvas.tip_at(canvas.point_of(60, canvas.drawing.card("gpu-1").box.y + 20))
    assert "304 mm long" in tip
    assert "limited by" in tip
    assert "<b>" not in plain_tip("<b>RTX</b>")


def test_enter_on_a_row_asks_for_another_card(qtbot, panel):
    qtbot.mouseClick(panel.switch, Qt.MouseButton.LeftButton)
    assert panel.header.note() == "slots and cards as a table"
    wanted: list[Target] = []
    panel.wanted.connect(wanted.append)
    for row in range(panel.table.rowCount()):
        panel.table.selectRow(row)
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    rows = [row for row in range(panel.table.rowCount()) if panel.table.item(row, 3).text().startswith("GPU")]
    assert [target.key for target in wanted] == [f"gpu-{panel.table.item(row, 3).text()[4]}" for row in rows]
    assert len(wanted) == 2


def test_the_table_holds_what_the_drawing_shows(qtbot, panel):
    qtbot.mouseClick(panel.switch, Qt.MouseButton.LeftButton)
    assert panel.pages.currentWidget() is panel.table
    assert panel.table.item(0, 3).text().startswith("GPU 1")
    assert "GPU 1" in panel.canvas.accessibleDescription()


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_the_same_painting_makes_an_svg_with_its_words(qapp, palette):
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    svg = QSvgGenerator()
    svg.setOutputDevice(buffer)
    svg.setSize(QSize(800, 560))
    svg.setViewBox(QRectF(0, 0, 800, 560))
    painter = QPainter(svg)
    paint_case(painter, QRectF(0, 0, 800, 560), drawn.report(), palette)
    painter.end()
    text = bytes(data.data()).decode("utf-8")
    for wanted in ("GPU 1 · RTX 4090 FE", "5.0 x16 → 4.0 x8 · CPU", "no 12V-2x6", "56 mm free"):
        assert wanted in text


def test_the_same_painting_makes_a_picture(qapp):
    image = QImage(800, 560, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_case(painter, QRectF(0, 0, 800, 560), drawn.report(), theme.LIGHT, ("gpu-1",))
    painter.end()
    colours = {image.pixelColor(x, y).name() for x in range(0, 800, 4) for y in range(0, 560, 4)}
    assert {theme.LIGHT.card_fill, theme.LIGHT.board_fill, theme.LIGHT.accent} <= colours
