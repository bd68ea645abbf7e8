"""The program itself, driven by mouse and keyboard as its user would, run by `test_journey` in a process of its own.

`build FILE`: drag GPU 2 to the third slot, undo, redo, press the first way out of the supply's finding, save as FILE
with the keyboard, print the build, and die without a word (SIGKILL). `open FILE`: open it and print the build.
`keys`: with the keyboard alone choose a supply, accept a finding with a reason, undo it all, redo it all; print the
build. `look`: with the keyboard alone look for a card by a misspelt name and a facet, read its data page, take it, and
print the build. `bad FOLDER`: try to open every file there and print what the window says. `paper FILE.pdf`: change
the theme and back, and print the checklist into the file.
`shot FILE.png 1280x720 SCHEME [TAB [BUILD]]`: a picture of the window, with this tab of the results, of this example
or build file. `picker FILE.png 1280x720 SCHEME KIND [TYPED]`: of the picker of a kind (gpus, psus, case).
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from planner.app import start

# isort: split
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget

from planner.ui.choices import Target
from planner.ui.dialogs.accept import AcceptDialog
from planner.ui.dialogs.part_page import PartPage
from planner.ui.dialogs.picker import Picker
from planner.ui.main_window import MainWindow
from planner.ui.models.part_list import ROW
from planner.ui.widgets.buttons import FixButton

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
THIRD = "PCIEX16(G4)"
PATIENCE_MS, STEP_MS = 20_000, 10


def wait(until: Callable[[], object], what: str) -> None:
    for _ in range(PATIENCE_MS // STEP_MS):
        if until():
            return
        QTest.qWait(STEP_MS)
    raise SystemExit(f"waited in vain for {what}")


def drag(window: MainWindow, key: str, slot: str) -> None:
    canvas = window.slots.canvas
    card_drawn, slot_drawn = canvas.drawing.card(key), canvas.drawing.slot(slot)
    assert card_drawn is not None
    assert slot_drawn is not None
    card, band = card_drawn.box, slot_drawn.band
    begin = canvas.point_of(card.x + card.w / 2, card.middle).toPoint()
    end = canvas.point_of(band.x + band.w / 2, band.middle).toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=begin)
    for share in (0.2, 0.6, 1.0):
        QTest.mouseMove(canvas, begin + QPoint(round((end - begin).x() * share), round((end - begin).y() * share)))
        QTest.qWait(20)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def slot_of(window: MainWindow, key: str) -> str | None:
    return window.session.build.placement(key).slot


def press_fix(window: MainWindow) -> None:
    """The first way out on the card of the supply's finding."""
    card = next(c for c in window.findings.cards.values() if c.finding.rule == "PWR-001")
    wait(lambda: card.findChildren(FixButton), "a way out of the supply's finding")
    before = window.session.build.parts.psus
    QTest.mouseClick(card.findChildren(FixButton)[0], Qt.MouseButton.LeftButton)
    wait(lambda: window.session.build.parts.psus != before, "another supply")


def save_as(window: MainWindow, path: Path) -> None:
    """Ctrl+S, and the file's name typed into the dialog, which runs a loop of its own."""
    typist = QTimer()
    typist.timeout.connect(lambda: _type_name(path))
    typist.start(50)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    typist.stop()
    wait(path.exists, "the file")


def _type_name(path: Path) -> None:
    """One step a tick: to the folder, then the name, then Return until the dialog has taken it in."""
    dialog = QApplication.activeModalWidget()
    name = dialog.findChild(QLineEdit, "fileNameEdit") if isinstance(dialog, QFileDialog) else None
    if name is None or not isinstance(dialog, QFileDialog):
        return
    if Path(dialog.directory().absolutePath()) != path.parent:
        dialog.setDirectory(str(path.parent))
    elif name.text() != path.name:
        name.clear()
        QTest.keyClicks(name, path.name)
    else:
        QTest.keyClick(name, Qt.Key.Key_Return)


def build(path: Path) -> None:
    _app, window = start()
    wait(lambda: window.results is not None, "the results")
    undo, redo = Qt.Key.Key_Z, Qt.Key.Key_Y
    first = slot_of(window, "gpu-2")
    drag(window, "gpu-2", THIRD)
    assert slot_of(window, "gpu-2") == THIRD, "dragged"
    QTest.keyClick(window, undo, Qt.KeyboardModifier.ControlModifier)
    assert slot_of(window, "gpu-2") == first, "undone"
    QTest.keyClick(window, redo, Qt.KeyboardModifier.ControlModifier)
    assert slot_of(window, "gpu-2") == THIRD, "redone"
    press_fix(window)
    assert window.isWindowModified(), "marked as changed"
    save_as(window, path)
    assert not window.isWindowModified(), "marked as saved"
    print(window.session.build.model_dump_json(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def reopen(path: Path) -> None:
    _app, window = start(path)
    wait(lambda: window.results is not None, "the results")
    print(window.session.build.model_dump_json(), flush=True)


def press(key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """On whatever has the focus, as a keyboard does."""
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(focused(), key, held)


def type_text(text: str) -> None:
    QTest.keyClicks(focused(), text)


def focused() -> QWidget:
    wait(QApplication.focusWidget, "the focus")
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def dialog_open(kind: type[QDialog]) -> QDialog:
    wait(lambda: any(isinstance(w, kind) and w.isVisible() for w in QApplication.topLevelWidgets()), kind.__name__)
    found = next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
    wait(lambda: (now := QApplication.focusWidget()) is not None and now.window() is found, f"focus in {kind.__name__}")
    return found


def keys() -> None:
    _app, window = start()
    wait(lambda: window.results is not None, "the results")
    first = window.session.build
    _choose_supply(window)
    _accept_first(window)
    changed = window.session.build
    steps = window.session.history.count()
    wait(window.isActiveWindow, "the window")
    for _ in range(steps):
        press(Qt.Key.Key_Z, CTRL)
    assert window.session.build == first, "all undone"
    for _ in range(steps):
        press(Qt.Key.Key_Y, CTRL)
    assert window.session.build == changed, "all redone"
    print(changed.model_dump_json(), flush=True)


def _choose_supply(window: MainWindow) -> None:
    """Alt+1, down to the supply, Enter; type what it should be, down to it, Enter."""
    before = window.session.build.parts.psus
    QTest.keyClick(window, Qt.Key.Key_1, ALT)
    press(Qt.Key.Key_Home)
    for _ in range(window.parts.model.rowCount()):
        row = window.parts.view.currentIndex().data(ROW)
        if row and row.target.kind == "psus":
            break
        press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    picker = dialog_open(Picker)
    assert isinstance(picker, Picker)
    type_text("1600")
    wait(lambda: picker.model.rowCount() > 1, "supplies of 1600 W")
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    wait(lambda: window.session.build.parts.psus != before, "another supply")


def _accept_first(window: MainWindow) -> None:
    """Alt+3 goes to the first finding, Ctrl+Shift+A asks for a reason, Tab reaches the button."""
    wait(window.isActiveWindow, "the window")
    QTest.keyClick(window, Qt.Key.Key_3, ALT)
    wait(lambda: window.findings.current() is not None, "a finding with the focus")
    press(Qt.Key.Key_A, CTRL, Qt.KeyboardModifier.ShiftModifier)
    dialog = dialog_open(AcceptDialog)
    assert isinstance(dialog, AcceptDialog)
    type_text("measured on the bench")
    for _ in range(4):
        if dialog.accept_button.hasFocus():
            break
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    wait(lambda: window.session.build.accepted, "an accepted finding")


def look() -> None:
    """Down to GPU 2, Enter; a misspelt name, a facet, the data page; Enter takes the card."""
    _app, window = start()
    wait(lambda: window.results is not None, "the results")
    before = window.session.build
    QTest.keyClick(window, Qt.Key.Key_1, ALT)
    press(Qt.Key.Key_Home)
    for _ in range(window.parts.model.rowCount()):
        row = window.parts.view.currentIndex().data(ROW)
        if row and row.target.key == "gpu-2":
            break
        press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    picker = dialog_open(Picker)
    assert isinstance(picker, Picker)
    type_text("foudners")
    wait(lambda: picker.model.rowCount() > 1, "cards of the Founders Edition")
    assert "read as" in picker.count.whole, picker.count.whole
    press(Qt.Key.Key_Tab)
    for _ in range(20):
        if picker.facets["vram"].hasFocus():
            break
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Down)
    type_text("24")
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Escape)
    wait(picker.facets["vram"].hasFocus, "the focus back on the facet")
    assert picker.browser.wish_words("vram") == "24 GiB", picker.browser.wish_words("vram")
    press(Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    wait(picker.search.hasFocus, "the focus in the search")
    type_text(" 3090")
    wait(lambda: not picker.judging, "every card judged")
    assert picker.model.record(0).id == "nvidia-rtx-3090-founders-edition", picker.model.record(0).id
    press(Qt.Key.Key_I, CTRL)
    dialog_open(PartPage)
    press(Qt.Key.Key_Escape)
    wait(picker.isActiveWindow, "the picker again")
    picker.search.setFocus()
    press(Qt.Key.Key_Return)
    wait(lambda: window.session.build != before, "another card")
    print(window.session.build.model_dump_json(), flush=True)


def bad(folder: Path) -> None:
    """The open build has an unsaved change, which must outlive every file that cannot be opened."""
    _app, window = start()
    wait(lambda: window.results is not None, "the results")
    drag(window, "gpu-2", THIRD)
    before, steps = window.session.build, window.session.history.count()
    for path in sorted(folder.iterdir()):
        window.notice.hide()
        opened = window.commands.open_path(path)
        assert window.notice.isVisible(), path.name
        if not opened:
            assert window.session.build is before, path.name
            assert (window.session.path, window.session.history.count()) == (None, steps), path.name
        window.grab()
        print(json.dumps([path.name, opened, window.notice.label.text().replace("\u200b", "")]), flush=True)


def paper(path: Path) -> None:
    _app, window = start()
    wait(lambda: window.results is not None, "the results")
    grounds = []
    for change in (window.commands.theme_dark, window.commands.theme_light, window.commands.theme_dark):
        change()
        QTest.qWait(150)
        grounds.append(window.grab().toImage().pixelColor(window.width() - 8, window.height() - 3).lightness())
    assert grounds[0] == grounds[2] < 90, grounds
    assert grounds[1] > 200, grounds
    typist = QTimer()
    typist.timeout.connect(lambda: _type_name(path))
    typist.start(50)
    window.actions_by_id["checklist_pdf"].trigger()
    typist.stop()
    wait(path.exists, "the file")


def shot(path: Path, size: str, scheme: str, tab: str = "Throughput", build: str = "") -> None:
    """`size` as 1280x720; `build` an example's name, `empty`, or a file."""
    width, height = map(int, size.split("x"))
    app, window = start(Path(build) if build.endswith(".slotwise") else None)
    if build == "empty":
        window.session.new()
    elif build and not build.endswith(".slotwise"):
        window.commands.new_from(build)
    window.commands.theme_dark() if scheme == "dark" else window.commands.theme_light()
    window.resize(width, height)
    wait(lambda: window.results is not None, "the results")
    window.results.open_tab(tab)
    QTest.qWait(2500)
    app.processEvents()
    window.grab().save(str(path))


def picker_shot(path: Path, size: str, scheme: str, kind: str, typed: str = "") -> None:
    width, height = map(int, size.split("x"))
    _app, window = start()
    window.commands.theme_dark() if scheme == "dark" else window.commands.theme_light()
    window.resize(width, height)
    wait(lambda: window.results is not None, "the results")
    key = next((row.key for row in window.parts.model.rows if row.target.kind == kind and row.target.key), None)
    window.commands.pick(Target(kind, key))
    picker = dialog_open(Picker)
    assert isinstance(picker, Picker)
    type_text(typed)
    wait(lambda: not picker.judging, "every part judged")
    QTest.qWait(200)
    picker.grab().save(str(path))


if __name__ == "__main__":
    call, *words = sys.argv[1:]
    calls = {"build": build, "open": reopen, "bad": bad, "paper": paper}
    if call == "keys":
        keys()
    elif call == "look":
        look()
    elif call == "picker":
        picker_shot(Path(words[0]), *words[1:])
    elif call in calls:
        calls[call](Path(words[0]))
    else:
        shot(Path(words[0]), *words[1:])
