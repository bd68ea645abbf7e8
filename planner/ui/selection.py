"""What is highlighted: keys of the build that findings, parts and drawing show together. Outside history."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Keys such as gpu-2, psu-1, board."""

    changed = Signal(tuple)
    """The keys, after they became others; selecting the same again is silent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keys: tuple[str, ...] = ()

    def select(self, keys: Iterable[str]) -> None:
        wanted = tuple(dict.fromkeys(keys))
        if wanted != self.keys:
            self.keys = wanted
            self.changed.emit(wanted)

    def clear(self) -> None:
        self.select(())
