"""Charts and drawings as files: PNG and SVG by painting the same thing once more, CSV from its rows."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QImageWriter, QPainter, QPicture
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView

from planner.files import atomic
from planner.ui import theme
from planner.ui.drawing.ink import lettering

Paint = Callable[[QPainter, QRectF], None]
SIDE, TITLE = 12, 28
"""Pixels beside the words above a picture, and down to the second line of them."""
LINE = 14
TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class Words:
    """What stands above the charts in a picture: it is read far from the window that explains it."""

    title: str
    note: str = ""


def save_charts(
    path: Path, charts: Sequence[QGraphicsView], heads: Sequence[str], lines: Iterable[Sequence[object]], words: Words
) -> None:
    """By the ending of the name: the charts side by side as .png or .svg, their figures as .csv. Raises `FileProblem`,
    as all of these do: neither Qt nor a text file says that a disk was full."""
    if path.suffix.lower() == ".csv":
        save_csv(path, heads, lines)
        return
    wide = sum(chart.width() for chart in charts)
    above = _above(words, wide)
    size = QSize(wide, max((chart.height() for chart in charts), default=0) + above)

    def paint(painter: QPainter, rect: QRectF) -> None:
        _head(painter, QRectF(rect.left(), rect.top(), wide, above), words)
        left = rect.left()
        for chart in charts:
            seen = chart.mapToScene(chart.rect()).boundingRect()  # the scene itself only ever grows
            with enlarged(chart, painter.transform().m11()):
                place = QRectF(left, rect.top() + above, chart.width(), chart.height())
                chart.scene().render(painter, place, seen)
            left += chart.width()

    if path.suffix.lower() == ".svg":
        save_svg(path, size, theme.current().window, paint, words.title)
    else:
        save_png(path, size, theme.current().window, paint)


def _above(words: Words, wide: int) -> int:
    """Pixels for the title and as many lines as the note takes."""
    return TITLE + len(_folded(words.note, wide - 2 * SIDE)) * LINE + 10


def _head(painter: QPainter, rect: QRectF, words: Words) -> None:
    palette = theme.current()
    inside = rect.adjusted(SIDE, 6, -SIDE, 0)
    painter.setFont(lettering(13, bold=True))
    painter.setPen(QColor(palette.text))
    title = QFontMetricsF(painter.font()).elidedText(words.title, Qt.TextElideMode.ElideMiddle, inside.width())
    painter.drawText(inside, TOP, title)
    painter.setFont(lettering(11))
    painter.setPen(QColor(palette.muted))
    for number, line in enumerate(_folded(words.note, inside.width())):
        painter.drawText(inside.adjusted(0, TITLE - 6 + number * LINE, 0, 0), TOP, line)


def _folded(note: str, wide: float) -> list[str]:
    """Lines broken at spaces alone: Qt would also break a unit after its stroke."""
    metrics, lines = QFontMetricsF(lettering(11)), list[str]()
    for paragraph in filter(None, note.split("\n")):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and metrics.horizontalAdvance(longer) > wide:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


@contextmanager
def enlarged(chart: QGraphicsView, scale: float) -> Iterator[None]:
    """pyqtgraph's points have a size in pixels, and stay small in a larger picture unless they are told."""
    points = [item for item in chart.scene().items() if hasattr(item, "setExportMode")]
    for item in points:
        item.setExportMode(True, {"resolutionScale": scale})
    try:
        yield
    finally:
        for item in points:
            item.setExportMode(False)


def save_png(path: Path, size: QSize, background: str, paint: Paint, scale: float = 2.0) -> None:
    """Twice the size on screen, so that it stays sharp in a document."""
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.fill(QColor(background))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    kept = QBuffer()
    QImageWriter(kept, QByteArray(b"png")).write(image)
    atomic.write(path, bytes(kept.data().data()))


def save_svg(path: Path, size: QSize, background: str, paint: Paint, title: str = "") -> None:
    generator, kept, whole = QSvgGenerator(), QBuffer(), QRectF(0, 0, size.width(), size.height())
    generator.setOutputDevice(kept)
    generator.setResolution(QPicture().logicalDpiX())  # pyqtgraph draws pictures, which are scaled by the difference
    generator.setSize(size)
    generator.setViewBox(whole)
    generator.setTitle(title)
    painter = QPainter()
    painter.begin(generator)
    painter.fillRect(whole, QColor(background))
    paint(painter, whole)
    painter.end()
    atomic.write(path, bytes(kept.data().data()))


def save_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Cells that a spreadsheet would take for a formula get an apostrophe in front."""
    text = StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    atomic.write(path, text.getvalue().encode("utf-8"))


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
