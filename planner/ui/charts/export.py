"""Charts and drawings as files: PNG and SVG by painting the same thing once more, CSV from its rows."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

Paint = Callable[[QPainter, QRectF], None]


def save_png(path: Path, size: QSize, background: str, paint: Paint, scale: float = 2.0) -> bool:
    """Twice the size on screen, so that it stays sharp in a document."""
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.fill(QColor(background))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return bool(image.save(str(path)))


def save_svg(path: Path, size: QSize, background: str, paint: Paint, title: str = "") -> bool:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter()
    if not painter.begin(generator):
        return False
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(background))
    paint(painter, QRectF(0, 0, size.width(), size.height()))
    return painter.end()


def save_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bool:
    """Cells that a spreadsheet would take for a formula get an apostrophe in front."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(heads)
            writer.writerows([_harmless(cell) for cell in row] for row in rows)
    except OSError:
        return False
    return True


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
