"""Work cut into small pieces, done while the window is idle, so that nothing waits for a long sum."""

from collections.abc import Callable, Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

SLICE_S = 0.006
"""Pieces are done for so long before the window may answer again: well within a frame."""


class Steadily(QObject):
    """Runs an iterator piece by piece; starting anew drops what was left of the last one."""

    def __init__(self, parent: QObject | None = None, wait_ms: int = 0, slice_s: float = SLICE_S) -> None:
        super().__init__(parent)
        self._pieces: Iterator[object] = iter(())
        self._then: Callable[[], None] = lambda: None
        self._wait_ms, self._slice_s = wait_ms, slice_s
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)

    def start(self, pieces: Iterator[object], then: Callable[[], None] = lambda: None) -> None:
        self._pieces, self._then = pieces, then
        self._timer.start(self._wait_ms)

    def stop(self) -> None:
        self._timer.stop()
        self._pieces = iter(())

    def finish(self) -> None:
        """All that is left at once: for tests and exports."""
        while self._timer.isActive():
            self._next()

    @property
    def busy(self) -> bool:
        return self._timer.isActive()

    def _next(self) -> None:
        self._timer.setInterval(0)
        pieces, end = self._pieces, perf_counter() + self._slice_s
        try:
            while pieces is self._pieces:  # a piece may start other work
                next(pieces)
                if perf_counter() >= end:
                    return
        except StopIteration:
            self._timer.stop()
            self._then()
