"""The program itself, driven by mouse and keyboard as its user would, run by `test_journey` in a process of its own.

`build FILE`: drag GPU 2 to the third slot, undo, redo, press the first way out of the supply's finding, save as FILE
with the keyboard, print the build, and die without a word (SIGKILL). `open FILE`: open it and print the build.
`shot FILE.png WIDTH HEIGHT SCHEME [TAB] [BUILD]`: a picture of the window, with this tab of the results, of this
example or build file.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from planner.app import start

# isort: split
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from planner.ui.main_window import MainWindow
from planner.ui.widgets.buttons import FixButton

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


if __name__ == "__main__":
    call, target, *rest = sys.argv[1:]
    if call == "build":
        build(Path(target))
    elif call == "open":
        reopen(Path(target))
    else:
        shot(Path(target), *rest)
