"""The open build: its report, its history, its file, and one signal when the report becomes another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from planner.advice.candidates import Candidates
from planner.advice.choosing import Target
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.policy import Policy
from planner.evaluate import Report, evaluate
from planner.files import autosave, buildfile
from planner.files.autosave import Recovery
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
        self.shipped = catalog
        """What files are read against."""
        self.catalog = catalog
        """The same, with the parts the open file brought along."""
        self.policy = policy or Policy()
        self.path: Path | None = None
        self.saved_at: datetime | None = None
        self.history = QUndoStack(self)
        self.history.setUndoLimit(1000)
        self.history.cleanChanged.connect(self._clean_changed)
        self._announcing = False
        self._candidates: dict[Target, Candidates] = {}
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
        self._begin(build or Build(), self.shipped, None)

    def open(self, path: Path) -> tuple[str, ...]:
        """Show the build in this file; returns what the user should know about it. Raises `FileProblem`."""
        opened = buildfile.load(path, self.shipped)
        self._begin(opened.build, opened.catalog, path)
        return opened.notes

    def glance(self, path: Path) -> Report:
        """Another file judged beside the open one, which stays. Raises `FileProblem`."""
        opened = buildfile.load(path, self.shipped)
        return self._judge(opened.build, opened.catalog, self.policy)

    def recover(self, kept: Recovery) -> None:
        """Show unsaved work found at the start: it differs from what its file holds."""
        self._begin(kept.build, kept.catalog, kept.original)
        self.history.resetClean()

    def save(self, path: Path | None = None) -> None:
        """Write the build to its file, or to another one which then is its file. Raises `FileProblem`."""
        where = path or self.path
        if where is None:
            raise ValueError("a build that was never saved needs a path")
        buildfile.save(where, self.build, self.catalog)
        autosave.discard(self.path)
        self.path, self.saved_at = where, datetime.now()
        self.history.setClean()
        self.file_changed.emit()

    def use(self, catalog: Catalog | None = None, policy: Policy | None = None) -> None:
        """Judge the same build by other facts or limits. Not a step of history."""
        self._refuse_while_announcing()
        if catalog is not None:
            self.shipped = self.catalog = catalog
        self.policy = policy or self.policy
        self._show(self.build)

    def preview(self, build: Build) -> Report:
        """What another build would be judged as; nothing changes."""
        return self._judge(build, self.catalog, self.policy)

    def candidates(self, target: Target) -> Candidates:
        """How every part would do in this place of the build as it is now; kept until the report becomes another."""
        if target not in self._candidates:
            self._candidates[target] = Candidates(self.report, self.catalog, target, self.preview)
        return self._candidates[target]

    def _clean_changed(self, _: bool) -> None:
        self.file_changed.emit()

    def _begin(self, build: Build, catalog: Catalog, path: Path | None) -> None:
        self._refuse_while_announcing()
        report = self._judge(build, catalog, self.policy)
        self.catalog, self.path, self.saved_at = catalog, path, None
        self.history.clear()
        self._announce(report)
        self.file_changed.emit()

    def _show(self, build: Build) -> None:
        prepared, self._prepared = self._prepared, None
        current = prepared is not None and prepared.build is build
        self._announce(prepared if prepared and current else self._judge(build, self.catalog, self.policy))

    def _announce(self, report: Report) -> None:
        self.report = report
        self._candidates.clear()
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
