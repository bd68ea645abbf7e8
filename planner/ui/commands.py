"""What the menus and the toolbar do. Asking about files lives here; everything else is passed on."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from planner.catalog import examples
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.findings import Finding
from planner.domain.parts import Part
from planner.files.problem import FileProblem
from planner.session.keeping import Keeper
from planner.session.session import Session
from planner.ui import theme
from planner.ui.breakdowns import breakdown
from planner.ui.choices import Target, chosen_part, offered
from planner.ui.preferences import Preferences

if TYPE_CHECKING:
    from planner.ui.main_window import MainWindow

FILTER = "Slotwise builds (*.slotwise);;All files (*)"
IMPORT_FILTER = "Models and part records (*.gguf *.json);;All files (*)"


class Commands(QObject):
    def __init__(self, window: "MainWindow", session: Session, preferences: Preferences, keeper: Keeper) -> None:
        super().__init__(window)
        self._window, self._session, self._preferences, self._keeper = window, session, preferences, keeper

    # File

    def new(self) -> None:
        self._after_asking(lambda: self._session.new(Build()))

    def new_from(self, name: str) -> None:
        self._after_asking(lambda: self._session.new(examples.example(name)))

    def open(self) -> None:
        def choose() -> None:
            name, _ = QFileDialog.getOpenFileName(self._window, "Open a build", self._folder(), FILTER)
            if name:
                self.open_path(Path(name))

        self._after_asking(choose)

    def open_recent(self, name: str) -> None:
        self._after_asking(lambda: self.open_path(Path(name)))

    def open_path(self, path: Path) -> bool:
        """Without asking; says what is wrong with the file if it cannot be opened."""
        try:
            notes = self._session.open(path)
        except FileProblem as problem:
            self._preferences.forget(str(path))
            self._window.notice.say(str(problem))
            return False
        self._preferences.remember(path)
        if notes:
            self._window.notice.say(" ".join(notes))
        return True

    def save(self) -> bool:
        return self.save_as() if self._session.path is None else self._save_to(self._session.path)

    def save_as(self) -> bool:
        start = self._session.path or Path(self._folder()) / f"{_file_name(self._session.build.name)}.slotwise"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the build", str(start), FILTER)
        if not name:
            return False
        path = Path(name)
        return self._save_to(path if path.suffix else path.with_suffix(".slotwise"))

    def _save_to(self, path: Path) -> bool:
        try:
            self._session.save(path)
        except FileProblem as problem:
            self._window.notice.say(str(problem), ("Save as…", self._save_elsewhere))
            return False
        self._preferences.remember(path)
        return True

    def _save_elsewhere(self) -> None:
        self.save_as()

    def may_go(self) -> bool:
        """Asks when there is unsaved work; False if the user wants to stay."""
        if self._session.saved:
            return True
        answer = self._ask_about_changes()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        if answer == QMessageBox.StandardButton.Discard:
            self._keeper.forget()
            return True
        return False

    def _ask_about_changes(self) -> QMessageBox.StandardButton:
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to “{self._session.build.name}”?")
        box.setInformativeText("They are lost if you do not save them.")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        return QMessageBox.StandardButton(box.exec())

    def _after_asking(self, does: Callable[[], object]) -> None:
        if self.may_go():
            does()

    def _folder(self) -> str:
        recent = self._session.path or next((Path(name) for name in self._preferences.settings.recent), None)
        return str(recent.parent if recent else Path.home())

    def checklist(self) -> None:
        from planner.ui import printing

        printing.preview(self._session.report, self._window)

    def print_checklist(self) -> None:
        from planner.ui import printing

        printing.print_with_dialog(self._session.report, self._window)

    def checklist_pdf(self) -> None:
        from planner.ui import printing

        start = Path(self._folder()) / f"{_file_name(self._session.build.name)}.pdf"
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the checklist", str(start), "PDF (*.pdf)")
        if not name:
            return
        path = Path(name)
        try:
            printing.write_pdf(self._session.report, path if path.suffix else path.with_suffix(".pdf"))
        except FileProblem as problem:
            self._window.notice.say(str(problem))

    def launch_commands(self) -> None:
        from planner.ui.dialogs.launch import LaunchSheet

        sheet = LaunchSheet(self._session.report, self._window)
        self._session.changed.connect(sheet.render_report)
        sheet.show()

    def import_part(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Import a part or model", self._folder(), IMPORT_FILTER)
        if name:
            self.import_path(Path(name))

    def import_path(self, path: Path) -> None:
        """Into the user's own parts, which pickers show from now on."""
        from planner.files.part_import import import_file
        from planner.ui.dialogs.own_part import reloaded

        try:
            kept = import_file(path, self._session.catalog)
        except FileProblem as problem:
            self._window.notice.say(str(problem))
            return
        self._session.use(reloaded(self._session.catalog))
        title = getattr(kept.record, "title", None) or getattr(kept.record, "name", "")
        self._window.notice.say(" ".join((f"{title} is now among your own parts.", *kept.notes)))

    def preferences(self) -> None:
        from planner.ui.dialogs.settings import SettingsDialog

        SettingsDialog(self._session, self._preferences, self._window).show()

    def quit(self) -> None:
        self._window.close()

    # Edit

    def undo(self) -> None:
        self._session.undo()

    def redo(self) -> None:
        self._session.redo()

    def workload(self) -> None:
        self._window.workload_sheet.toggle()

    def site(self) -> None:
        from planner.ui.dialogs.site import SiteDialog

        SiteDialog(self._session, self._window).show()

    def measure(self) -> None:
        from planner.ui.dialogs.own_measurement import OwnMeasurement

        OwnMeasurement(self._session, self._window).show()

    def rename(self) -> None:
        name, said_yes = QInputDialog.getText(self._window, "Rename the build", "Name", text=self._session.build.name)
        if said_yes and name.strip():
            self._session.edit("Rename the build", edits.rename(self._session.build, name.strip()[:200]))

    def accept_current(self) -> None:
        """The finding that has the focus, else the first open one that is highlighted."""
        if finding := self._window.findings.current():
            self.accept(finding)

    def accept(self, finding: Finding) -> None:
        from planner.ui.dialogs.accept import AcceptDialog

        AcceptDialog(self._session, finding, self._window).show()

    # View

    def theme_system(self) -> None:
        self._use_theme("system")

    def theme_light(self) -> None:
        self._use_theme("light")

    def theme_dark(self) -> None:
        self._use_theme("dark")

    def _use_theme(self, scheme: theme.Scheme) -> None:
        theme.apply(scheme)
        self._preferences.change(theme=scheme)

    def go_parts(self) -> None:
        self._window.parts.view.setFocus()

    def go_drawing(self) -> None:
        page = self._window.slots.pages.currentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_findings(self) -> None:
        self._window.findings.focus_first()

    def go_results(self) -> None:
        if self._window.results is not None:
            _focus_first(self._window.results)

    # Help, and what numbers and findings open

    def rules(self) -> None:
        self.rule_page("")

    def rule_page(self, code: str) -> None:
        from planner.ui.dialogs.rule_page import RulePages

        RulePages(self._session.report, code, self._window).show()

    def accuracy(self) -> None:
        from planner.ui.dialogs.accuracy import AccuracyDialog

        AccuracyDialog(self._session.catalog, self._window).show()

    def about(self) -> None:
        from planner.ui.dialogs.about import About

        About(self._session.catalog, self._window).show()

    def show_number(self, name: str) -> None:
        if name == "errors":
            self.go_findings()
            return
        from planner.ui.dialogs.how_worked_out import HowWorkedOut

        found = breakdown(self._session.report, name)
        HowWorkedOut(found.title, found.answer, found.steps, found.remarks, self._window, heads=found.heads).show()

    def show_steps(self, finding: Finding) -> None:
        from planner.ui.dialogs.how_worked_out import HowWorkedOut

        HowWorkedOut(finding.title, finding.message, finding.steps, finding.sources, self._window).show()

    def pick(self, target: Target) -> None:
        from planner.ui.dialogs.picker import Picker

        Picker(self._session, target, self._window).show()

    def data_page(self, target: Target) -> None:
        from planner.ui.dialogs.part_page import PartPage

        if part := self._chosen(target):
            PartPage(part, self._window).show()

    def copy_and_edit(self, target: Target) -> None:
        from planner.ui.dialogs.own_part import OwnPart

        if part := self._chosen(target):
            OwnPart(self._session, target, part, self._window).show()

    def _chosen(self, target: Target) -> Part | None:
        return offered(self._session.catalog, target.kind).get(chosen_part(self._session.build, target) or "")


def _focus_first(widget: QWidget) -> None:
    """The widget itself, or the first thing in it that takes the focus."""
    widget.setFocus()
    if not widget.hasFocus():
        widget.focusNextChild()


def _file_name(name: str) -> str:
    """A build's name as a file name on every system."""
    kept = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in name).strip(" .")
    return kept or "build"
