"""The open build: its report, its history, its file, and one signal when the report becomes another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.policy import Policy
from planner.evaluate import Report, evaluate
from planner.session.history import Edit

Judge = Callable[[Build, Catalog, Policy], Report]


class Session(QObject):
    """What the window shows. Views call `edit` and listen to `changed`; they never answer a change with an edit."""

    changed = Signal(object)
    """The new Report."""
    file_changed = Signal()
    """The path, or whether everything is saved, became another."""

    def __init__(
        self,
        catalog: Catalog,
        build: Build | None = None,
        policy: Policy | None = None,
        judge: Judge = evaluate,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._judge = judge
        self.catalog = catalog
        self.policy = policy or Policy()
        self.path: Path | None = None
        self.history = QUndoStack(self)
        self.history.setUndoLimit(1000)
        self.history.cleanChanged.connect(lambda _: self.file_changed.emit())
        self._announcing = False
        self._prepared: Report | None = None
        self.report = self._judge(build or Build(), self.catalog, self.policy)

    @property
    def build(self) -> Build:
        return self.report.build

    @property
    def saved(self) -> bool:
        return self.history.isClean()

    def edit(self, text: str, build: Build, merge: str | None = None) -> None:
        """One step of history. Steps that follow each other with the same `merge` key undo as one."""
        self._refuse_while_announcing()
        if build == self.build:
            return
        self._prepared = self._judge(build, self.catalog, self.policy)  # before the step: if it fails, nothing happened
        self.history.push(Edit(text, self.build, build, self._show, merge))

    def undo(self) -> None:
        self._refuse_while_announcing()
        self.history.undo()

    def redo(self) -> None:
        self._refuse_while_announcing()
        self.history.redo()

    def new(self, build: Build | None = None) -> None:
        """Begin afresh, from nothing or from an example; it has no file yet."""
        self._begin(build or Build(), self.catalog, None)

    def open(self, path: Path, build: Build, catalog: Catalog | None = None) -> None:
        """Show a build read from a file. `catalog` also knows the parts the file brought along."""
        self._begin(build, catalog or self.catalog, path)

    def mark_saved(self, path: Path) -> None:
        self.path = path
        self.history.setClean()
        self.file_changed.emit()

    def mark_unsaved(self) -> None:
        """For a recovered build: it differs from what its file holds."""
        self.history.resetClean()

    def use(self, catalog: Catalog | None = None, policy: Policy | None = None) -> None:
        """Judge the same build by other facts or limits. Not a step of history."""
        self._refuse_while_announcing()
        self.catalog, self.policy = catalog or self.catalog, policy or self.policy
        self._show(self.build)

    def preview(self, build: Build) -> Report:
        """What another build would be judged as; nothing changes."""
        return self._judge(build, self.catalog, self.policy)

    def _begin(self, build: Build, catalog: Catalog, path: Path | None) -> None:
        self._refuse_while_announcing()
        report = self._judge(build, catalog, self.policy)
        self.catalog, self.path = catalog, path
        self.history.clear()
        self._announce(report)
        self.file_changed.emit()

    def _show(self, build: Build) -> None:
        prepared, self._prepared = self._prepared, None
        current = prepared is not None and prepared.build is build
        self._announce(prepared if prepared and current else self._judge(build, self.catalog, self.policy))

    def _announce(self, report: Report) -> None:
        self.report = report
        with self._announcement():
            self.changed.emit(report)

    @contextmanager
    def _announcement(self) -> Iterator[None]:
        self._announcing = True
        try:
            yield
        finally:
            self._announcing = False

    def _refuse_while_announcing(self) -> None:
        if self._announcing:
            raise RuntimeError("A change is being announced: a view must not answer it with an edit.")
