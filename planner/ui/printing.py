"""The checklist on paper: as a PDF, on a printer, as a preview. Light colours always, A4 or Letter."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLocale, QMarginsF, QSize, Qt
from PySide6.QtGui import QIcon, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QToolBar, QWidget

from planner import places
from planner.documents.checklist import checklist
from planner.evaluate import Report
from planner.files import atomic
from planner.files.problem import FileProblem
from planner.ui import theme
from planner.ui.paper_pages import Sheet, paginate, paint_page
from planner.ui.paper_pieces import Paper

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PageName = Literal["A4", "Letter"]
PDF_DOTS_PER_INCH = 1200


def write_pdf(report: Report, path: Path, page: PageName | None = None) -> None:
    """The whole file or none of it; `FileProblem` with a sentence when it cannot be written."""
    atomic.write(path, pdf_bytes(report, page))


def write_pdf_without_window(report: Report, path: Path, page: PageName | None = None) -> None:
    """The same from a command line, with no display needed."""
    keep = _application()
    write_pdf(report, path, page)
    del keep


def pdf_bytes(report: Report, page: PageName | None = None) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(report.build.name)
    writer.setCreator("Slotwise")
    writer.setResolution(PDF_DOTS_PER_INCH)
    writer.setPageLayout(_layout(page or local_page()))
    if not paint(report, writer):
        raise FileProblem("checklist.pdf", "could not be drawn.")
    buffer.close()
    return bytes(buffer.data().data())


def print_with_dialog(report: Report, parent: QWidget | None = None) -> bool:
    """False when the user called it off; `FileProblem` when the printer takes nothing."""
    from PySide6.QtPrintSupport import QPrintDialog

    printer = _printer(report)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Print the checklist")
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    if not paint(report, printer):
        raise FileProblem("The checklist", "could not be printed: the printer takes no pages. Save it as a PDF.")
    return True


def preview(report: Report, parent: QWidget | None = None) -> None:
    from PySide6.QtPrintSupport import QPrintPreviewDialog

    printer = _printer(report)
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setWindowTitle(f"Checklist of {report.build.name}")
    dialog.resize(QSize(900, 1000).boundedTo(dialog.screen().availableSize()))
    dress(dialog)
    dialog.paintRequested.connect(lambda device: paint(report, device))
    dialog.exec()


def dress(dialog: QWidget) -> None:
    """Icons of ours in place of Qt's, in the theme's colours."""
    for bar in dialog.findChildren(QToolBar):
        bar.setMovable(False)
        for action in bar.actions():
            path = places.resources() / "icons" / f"paper-{action.text().lower().replace(' ', '-')}.svg"
            if action.text() and path.exists():
                action.setIcon(_icon(path.read_text("utf-8")))


def _icon(drawn: str) -> QIcon:
    """Black lines in the colour of texts; those of what cannot be pressed fainter."""
    look, made = theme.current(), QIcon()
    for mode, colour in ((QIcon.Mode.Normal, look.text), (QIcon.Mode.Disabled, look.strong_line)):
        for pixels in (20, 40):
            picture = QPixmap(pixels, pixels)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            QSvgRenderer(QByteArray(drawn.replace("#000000", colour).encode())).render(painter)
            painter.end()
            made.addPixmap(picture, mode)
    return made


def paint(report: Report, device: QPagedPaintDevice) -> bool:
    """All pages on any device that has pages; False when it cannot be drawn on."""
    sheet = Sheet(device.pageLayout().fullRect(QPageLayout.Unit.Point).size())
    listed = checklist(report)
    paper = Paper(report, sheet.room.width())
    pages = paginate(paper.pieces(listed), sheet.room.height())
    painter = QPainter()
    if not painter.begin(device):
        return False
    try:
        scale = device.logicalDpiX() / 72
        for number, page in enumerate(pages, 1):
            if number > 1:
                device.newPage()
            painter.save()
            painter.scale(scale, scale)
            paint_page(painter, sheet, page, listed.name, (number, len(pages)))
            painter.restore()
    finally:
        painter.end()
    return True


def local_page() -> PageName:
    """Letter where inches are used, A4 everywhere else."""
    inches = QLocale.system().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem
    return "Letter" if inches else "A4"


def _layout(page: PageName) -> QPageLayout:
    """Without margins of Qt's: ours are part of the page."""
    size = QPageSize(QPageSize.PageSizeId.A4 if page == "A4" else QPageSize.PageSizeId.Letter)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))


def _printer(report: Report) -> "QPrinter":
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(report.build.name)
    printer.setPageSize(_layout(local_page()).pageSize())
    printer.setFullPage(True)
    return printer


def _application() -> QApplication:
    """The running one, or one without a screen, with the fonts and colours of the window."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not shown:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    made = QApplication(sys.argv[:1])
    theme.install(made, "light")
    return made
