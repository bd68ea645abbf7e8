"""Edit: the one history step, with the build before and after."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from planner.domain.build import Build

MERGING = 1
"""Qt offers two neighbouring steps for merging only if both name the same number."""


class Edit(QUndoCommand):
    """Serves every user action. `show` makes a build the one that is open."""

    def __init__(
        self, text: str, before: Build, after: Build, show: Callable[[Build], None], merge: str | None
    ) -> None:
        super().__init__(text)
        self.before, self.after, self.merge = before, after, merge
        self._show = show

    def redo(self) -> None:
        self._show(self.after)

    def undo(self) -> None:
        self._show(self.before)

    def id(self) -> int:
        return -1 if self.merge is None else MERGING

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in the next step of the same drag or spin; one that leads back to the start disappears."""
        if not isinstance(other, Edit) or other.merge != self.merge:
            return False
        self.after = other.after
        self.setObsolete(self.before == self.after)
        return True
