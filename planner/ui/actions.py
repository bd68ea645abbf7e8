"""Every menu and toolbar action as a table: what it is called, its keys, and the method of `Commands` it calls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

Keys = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    text: str
    """With & before the letter that chooses it in its menu."""
    does: str
    """Method of `Commands`."""
    keys: Keys | str | None = None
    tip: str = ""
    group: str = ""
    """Of entries with one group, one is ticked."""


@dataclass(frozen=True, slots=True)
class Sub:
    """A menu within a menu, filled when it opens."""

    id: str
    text: str


LINE = None
MENUS: tuple[tuple[str, tuple[Entry | Sub | None, ...]], ...] = (
    (
        "&File",
        (
            Entry("new", "&New", "new", Keys.New, "Start a new build"),
            Sub("examples", "New from e&xample"),
            Entry("open", "&Open…", "open", Keys.Open, "Open a build file"),
            Sub("recent", "Open &recent"),
            LINE,
            Entry("save", "&Save", "save", Keys.Save, "Save the build"),
            Entry("save_as", "Save &as…", "save_as", "Ctrl+Shift+S"),
            LINE,
            Entry("checklist", "&Checklist…", "checklist", "Ctrl+Shift+C", "What to buy, set and connect, in order"),
            Entry("checklist_pdf", "Checklist as P&DF…", "checklist_pdf"),
            Entry("print", "&Print…", "print_checklist", Keys.Print),
            Entry("launch", "&Launch commands…", "launch_commands", "Ctrl+Shift+L", "What starts the model as planned"),
            LINE,
            Entry(
                "import_part",
                "&Import a part or model…",
                "import_part",
                tip="From a GGUF file, a model's config.json or a BuildCores OpenDB record",
            ),
            LINE,
            Entry("preferences", "Pre&ferences…", "preferences", "Ctrl+,"),
            Entry("quit", "&Quit", "quit", "Ctrl+Q"),
        ),
    ),
    (
        "&Edit",
        (
            Entry("undo", "&Undo", "undo", Keys.Undo),
            Entry("redo", "&Redo", "redo", "Ctrl+Shift+Z; Ctrl+Y"),
            LINE,
            Entry("workload", "&Workload…", "workload", "Ctrl+L", "What is asked of the machine"),
            Entry("site", "&Place and setup…", "site", "Ctrl+Shift+P", "Wall socket, room, energy price, BIOS"),
            Entry("measure", "Add a &measurement…", "measure", "Ctrl+M", "Speeds you timed correct the estimates"),
            Entry("rename", "Re&name the build…", "rename", "F2"),
            Entry("accept", "&Accept the finding…", "accept_current", "Ctrl+Shift+A"),
        ),
    ),
    (
        "&View",
        (
            Entry("theme_system", "Colours of the &system", "theme_system", group="theme"),
            Entry("theme_light", "&Light", "theme_light", group="theme"),
            Entry("theme_dark", "&Dark", "theme_dark", group="theme"),
            LINE,
            Entry("go_parts", "Go to &parts", "go_parts", "Alt+1"),
            Entry("go_drawing", "Go to the dra&wing", "go_drawing", "Alt+2"),
            Entry("go_findings", "Go to &findings", "go_findings", "Alt+3"),
            Entry("go_results", "Go to &results", "go_results", "Alt+4"),
        ),
    ),
    (
        "&Help",
        (
            Entry("rules", "&Rules", "rules", "F1", "What each rule looks at, why, and who says so"),
            Entry("accuracy", "A&ccuracy of the estimates", "accuracy", tip="How far they are from measurements"),
            Entry("about", "&About Slotwise", "about"),
        ),
    ),
)


def entries() -> Iterator[Entry]:
    for _, lines in MENUS:
        yield from (line for line in lines if isinstance(line, Entry))


def make_actions(commands: Any, parent: QObject) -> dict[str, QAction]:
    """One action per entry; `commands` has a method for each."""
    made: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for entry in entries():
        action = QAction(entry.text, parent)
        if entry.keys is not None:
            action.setShortcuts(_sequences(entry.keys))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        plain = entry.tip or entry.text.replace("&", "").rstrip("…")
        action.setToolTip(f"{plain}  ({keys})" if keys else plain)
        action.setIconText(entry.text.replace("&", ""))
        if entry.group:
            action.setCheckable(True)
            groups.setdefault(entry.group, QActionGroup(parent)).addAction(action)
        action.triggered.connect(_caller(getattr(commands, entry.does)))
        made[entry.id] = action
    return made


def fill_menus(bar: QMenuBar, actions: dict[str, QAction]) -> dict[str, QMenu]:
    """Returns the menus that are filled when they open, by id."""
    subs: dict[str, QMenu] = {}
    for title, lines in MENUS:
        menu = bar.addMenu(title)
        for line in lines:
            if line is LINE:
                menu.addSeparator()
            elif isinstance(line, Sub):
                subs[line.id] = menu.addMenu(line.text)
            else:
                menu.addAction(actions[line.id])
    return subs


def _caller(method: Callable[[], None]) -> Callable[[], None]:
    """`triggered` brings whether it is ticked; no command asks for that."""
    return lambda *_: method()


def _sequences(keys: Keys | str) -> list[QKeySequence]:
    """Several are parted by a semicolon; the first is shown in the menu."""
    if isinstance(keys, str):
        return [QKeySequence(one.strip()) for one in keys.split(";")]
    return [QKeySequence(keys)]
