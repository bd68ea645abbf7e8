"""Selection: keys shown together, silent when they stay the same."""

from PySide6.QtTest import QSignalSpy


def test_others_are_told_once(selection):
    said = QSignalSpy(selection.changed)
    selection.select(("gpu-1", "psu-1", "gpu-1"))
    selection.select(["gpu-1", "psu-1"])
    assert selection.keys == ("gpu-1", "psu-1")
    assert said.count() == 1
    selection.clear()
    assert said.count() == 2
