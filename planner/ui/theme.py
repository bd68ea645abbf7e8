"""Colours and fonts: two palettes, the font the application brings along, and the style sheet filled from them.

Widgets that paint themselves read `current()` when they paint. A change of theme sets the application's palette, so
every widget gets a `PaletteChange` event and is painted anew; what keeps colours (a chart) refreshes in `changeEvent`.
"""

import re
import sys
from dataclasses import asdict, dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from planner import places
from planner.domain.findings import Severity

Scheme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb. Every text colour holds 4.5 : 1 on window, panel and raised; tests say so."""

    name: Literal["light", "dark"]
    window: str
    """Behind the drawing and the charts."""
    panel: str
    """Lists, bars, dialogs."""
    raised: str
    """Buttons and fields on a panel."""
    hover: str
    selected: str
    """Behind a selected row."""
    line: str
    strong_line: str
    """Edges of fields and buttons: 3 : 1 where it alone shows what can be pressed."""
    text: str
    muted: str
    accent: str
    accent_text: str
    """On a filled accent."""
    error: str
    warning: str
    info: str
    ok: str
    badge_text: str
    """On a filled error, warning, info or ok."""
    error_fill: str
    warning_fill: str
    ok_fill: str
    """Soft grounds, for notices."""
    card_fill: str
    card_line: str
    board_fill: str
    board_line: str
    case_line: str
    slot_fill: str
    bar: str
    """A chart bar, and the one that is spoken of."""
    bar_now: str
    whisker: str
    grid: str
    series: tuple[str, ...]
    """For stacked parts: weights, KV cache, compute, context, reserved, free, speculation, images."""

    def severity(self, severity: Severity | None) -> str:
        """None: nothing is wrong."""
        if severity is None:
            return self.ok
        return {Severity.INFO: self.info, Severity.WARNING: self.warning, Severity.ERROR: self.error}[severity]


LIGHT = Palette(
    name="light",
    window="#f5f6f8",
    panel="#ffffff",
    raised="#f7f8fa",
    hover="#eef2f8",
    selected="#e3ecfa",
    line="#dfe3e8",
    strong_line="#b9c1cb",
    text="#1d2530",
    muted="#5c6674",
    accent="#2563c9",
    accent_text="#ffffff",
    error="#c4302b",
    warning="#955800",
    info="#4a6078",
    ok="#1a7743",
    badge_text="#ffffff",
    error_fill="#fbeceb",
    warning_fill="#fbf2e2",
    ok_fill="#e6f4ec",
    card_fill="#dfe7f5",
    card_line="#7d9fd6",
    board_fill="#e9eee9",
    board_line="#a9baae",
    case_line="#66717f",
    slot_fill="#d5ded7",
    bar="#4479d0",
    bar_now="#2563c9",
    whisker="#33445c",
    grid="#dfe3e8",
    series=("#4479d0", "#7b5cc4", "#c77a12", "#2f8f83", "#8a93a0", "#dfe3e8", "#b8527f", "#7d8a2e"),
)

DARK = Palette(
    name="dark",
    window="#16191e",
    panel="#1e2228",
    raised="#262b32",
    hover="#272d37",
    selected="#2a3a55",
    line="#343a43",
    strong_line="#566070",
    text="#e6e9ee",
    muted="#a1abb8",
    accent="#76a9ff",
    accent_text="#10151d",
    error="#ff7a72",
    warning="#f0a83c",
    info="#9fb3c8",
    ok="#4cc38a",
    badge_text="#10151d",
    error_fill="#3a2324",
    warning_fill="#352b1b",
    ok_fill="#1c3228",
    card_fill="#28344a",
    card_line="#4a6694",
    board_fill="#222b26",
    board_line="#45564c",
    case_line="#9aa5b2",
    slot_fill="#303a35",
    bar="#618fdd",
    bar_now="#76a9ff",
    whisker="#d5dce6",
    grid="#343a43",
    series=("#618fdd", "#a78be8", "#e0a04a", "#4fb5a6", "#8a94a1", "#343a43", "#d983a9", "#abb858"),
)

FONT_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_TOKEN = re.compile(r"@([a-z_]+)")


class _State:
    palette = LIGHT
    scheme: Scheme = "system"
    family = ""
    dressed = False


def current() -> Palette:
    return _State.palette


def scheme() -> Scheme:
    """What was asked for; `current().name` is what it came to."""
    return _State.scheme


def color(name: str) -> QColor:
    """A colour of the current palette by its field name."""
    return QColor(getattr(_State.palette, name))


def font(points: float = 0, bold: bool = False) -> QFont:
    """The application's font, larger or smaller by so many points."""
    made = QFont(QApplication.font())
    made.setPointSizeF(made.pointSizeF() + points)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def install(app: QApplication, wanted: Scheme = "system", dressed: bool = True) -> None:
    """Style, font and colours; follows the system from here on. With `dressed` False the style sheet waits for
    `dress`: a window is built in a third of the time without it, for every widget put into another is styled anew."""
    _State.dressed = dressed
    app.setStyle("Fusion")
    _load_font(app)
    apply(wanted)
    QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _: _follow())


def dress() -> None:
    """Put the style sheet on what has been built."""
    _State.dressed = True
    _follow()


def apply(wanted: Scheme) -> None:
    """Ask the platform for the scheme, and set our own palette whether it knows such a thing or not."""
    _State.scheme = wanted
    hints = QGuiApplication.styleHints()
    asked = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(wanted)
    if asked is None:
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(asked)
    _follow()


def _follow() -> None:
    known = QGuiApplication.styleHints().colorScheme()
    dark = known == Qt.ColorScheme.Dark if _State.scheme == "system" else _State.scheme == "dark"
    _State.palette = DARK if dark else LIGHT
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setPalette(qt_palette(_State.palette))
        sheet = style_sheet(_State.palette) if _State.dressed else ""
        if app.styleSheet() != sheet:  # styling anew every widget there is takes its time
            app.setStyleSheet(sheet)


def style_sheet(palette: Palette) -> str:
    """resources/style.qss with its @tokens put in."""
    text = (places.resources() / "style.qss").read_text("utf-8")
    values = {key: value for key, value in asdict(palette).items() if isinstance(value, str)}
    values["icons"] = (places.resources() / "icons").as_posix()
    return _TOKEN.sub(lambda match: values[match.group(1)], text)


def qt_palette(palette: Palette) -> QPalette:
    """The same colours in Qt's roles, for what the style draws itself."""
    role = QPalette.ColorRole
    roles = {
        role.Window: palette.panel,
        role.WindowText: palette.text,
        role.Base: palette.panel,
        role.AlternateBase: palette.raised,
        role.ToolTipBase: palette.raised,
        role.ToolTipText: palette.text,
        role.PlaceholderText: palette.muted,
        role.Text: palette.text,
        role.Button: palette.raised,
        role.ButtonText: palette.text,
        role.BrightText: palette.error,
        role.Light: palette.raised,
        role.Midlight: palette.line,
        role.Mid: palette.line,
        role.Dark: palette.strong_line,
        role.Shadow: palette.line,
        role.Highlight: palette.accent,
        role.HighlightedText: palette.accent_text,
        role.Link: palette.accent,
        role.LinkVisited: palette.accent,
        role.Accent: palette.accent,
    }
    made = QPalette()
    for name, value in roles.items():
        made.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(palette.muted))
    return made


def _load_font(app: QApplication) -> None:
    """Inter where it loads, else what the system has; 13 pixels at the usual density, which scaling multiplies."""
    for name in FONT_FILES:
        number = QFontDatabase.addApplicationFont(str(places.resources() / "fonts" / name))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        _State.family = _State.family or next(iter(families), "")
    chosen = QFont(_State.family or QFontInfo(app.font()).family())
    chosen.setPointSizeF(13 if sys.platform == "darwin" else 9.75)  # a Mac counts 72 points to the inch, others 96
    chosen.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    chosen.setFeature(QFont.Tag("tnum"), 1)  # figures of one width, so that columns and changing numbers stand still
    app.setFont(chosen)
