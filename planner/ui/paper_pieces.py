"""A checklist as pieces of paper: small text documents that are never cut, in points of 1/72 inch.

Each heading, tick, table row and code block is a document of its own, laid out at the width of the page. That leaves
no row to be split and no heading to be left behind at the foot of a page.

Inside a document lengths are counted in units of a tenth of a point and fonts in as many pixels: neither then depends
on the dots per inch of a screen, as lengths beside fonts in points would.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPainter,
    QPen,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)

from planner.documents.checklist_blocks import Block, Checklist, Code, Lines, Picture, Table, Text, Tick
from planner.evaluate import Report
from planner.ui.drawing.case_view import paint_case
from planner.ui.drawing.layout import draw
from planner.ui.theme import LIGHT

UNIT = 10.0
"""Units of a document to the point."""
BASE_PT, SMALL_PT, CODE_PT, SECTION_PT, TITLE_PT = 9.0, 8.0, 7.6, 12.0, 19.0
TICK = QTextFormat.ObjectTypes.UserObject.value + 1
PICTURE = QTextFormat.ObjectTypes.UserObject.value + 2
_UNIT = re.compile(r"(\d) (%|GiB|MiB|GB|GB/s|tok/s|W|V|A|mm|ms|min|s|h|tokens)(?![\w/])")
OBJECT_MARK = "\ufffc"
BOX_PT = 8.0
TICK_COLUMN_PT = 16.0
PICTURE_PIXELS = 980.0
"""Width in pixels at which the case is drawn before it is scaled to the page: its lettering is made for a screen."""
PICTURE_SHARES = (0.3, 0.75)
"""Least and greatest height of the picture in widths."""
LONG_TEXT, LONG_CELL, LONG_CODE = 1500, 600, 40
"""Characters, characters and lines beyond which a text is put on in parts, so that no piece outgrows a page."""


@dataclass
class Piece:
    """One thing that stays whole on a page."""

    document: QTextDocument
    height: float
    """In points, like all lengths here."""
    before: float = 0.0
    """Space above, unless it comes first on a page."""
    keep: bool = False
    """Stays on the page of the next piece."""
    rule_from: float | None = None
    """Left end of a thin line along the bottom."""
    ground: str = ""
    """Colour behind it."""
    header: "Piece | None" = None
    """Stands again on top of a page that begins with this piece."""


class _TickBox(QPyTextObject):
    """An empty square to tick with a pen."""

    def intrinsicSize(self, doc: QTextDocument, pos: int, fmt: QTextFormat) -> QSizeF:
        return QSizeF(BOX_PT * UNIT, BOX_PT * UNIT)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, pos: int, fmt: QTextFormat
    ) -> None:
        painter.save()
        painter.setPen(QPen(QColor(LIGHT.case_line), 0.8 * UNIT))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).translated(0, UNIT).adjusted(4, 4, -4, -4), 12, 12)
        painter.restore()


class _CasePicture(QPyTextObject):
    """The case from the side, drawn by the function that draws it in the window."""

    def __init__(self, report: Report, width: float) -> None:
        super().__init__()
        self._report, self._width = report, width
        case = draw(report).case
        self._share = min(max(case.h / case.w, PICTURE_SHARES[0]), PICTURE_SHARES[1])

    def intrinsicSize(self, doc: QTextDocument, pos: int, fmt: QTextFormat) -> QSizeF:
        return QSizeF(self._width, self._width * self._share) * UNIT

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, pos: int, fmt: QTextFormat
    ) -> None:
        scale = rect.width() / PICTURE_PIXELS
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(scale, scale)
        paint_case(painter, QRectF(0, 0, PICTURE_PIXELS, PICTURE_PIXELS * self._share), self._report, LIGHT)
        painter.restore()


class Paper:
    """Makes the pieces of one checklist for one width. Keep it as long as its pieces are painted: it owns what Qt only
    borrows."""

    def __init__(self, report: Report, width: float) -> None:
        self._width = width
        self._tick, self._picture = _TickBox(), _CasePicture(report, width)

    def pieces(self, sheet: Checklist) -> list[Piece]:
        made = [self._text(sheet.name, TITLE_PT, bold=True), self._text(sheet.verdict, BASE_PT, LIGHT.muted)]
        for number, section in enumerate(sheet.sections, 1):
            made.append(self._heading(number, section.title))
            for before, block in pairwise((None, *section.blocks)):
                if isinstance(before, Text) and isinstance(block, Table):
                    made[-1].keep = True
                made += self._block(block, follows=type(block) is type(before))
        return made

    # -------------------------------------------------------------- blocks

    def _block(self, block: Block | None, follows: bool) -> Iterator[Piece]:
        match block:
            case Text():
                yield from self._texts(block)
            case Tick():
                yield self._ticked(block, 3 if follows else 7)
            case Table():
                yield from self._table(block)
            case Code():
                yield from self._code(block)
            case Picture():
                yield self._case(block)
            case Lines():
                yield from self._lines(block)

    def _heading(self, number: int, title: str) -> Piece:
        document, cursor = self._document()
        cursor.insertText(f"{number}", _ink(SECTION_PT, LIGHT.muted))
        cursor.insertText(f"   {title}", _ink(SECTION_PT, bold=True))
        piece = self._piece(document, before=20)
        piece.keep, piece.rule_from = True, 0.0
        piece.height += 3
        return piece

    def _text(self, text: str, size: float = BASE_PT, colour: str = LIGHT.text, bold: bool = False) -> Piece:
        document, cursor = self._document()
        cursor.insertText(_short(text, LONG_TEXT), _ink(size, colour, bold))
        return self._piece(document, before=6)

    def _texts(self, block: Text) -> Iterator[Piece]:
        for paragraph in block.text.splitlines():
            for part in _parts(paragraph, LONG_TEXT):
                piece = self._text(part, bold=block.strong)
                piece.keep = block.strong
                yield piece

    def _ticked(self, tick: Tick, before: float) -> Piece:
        document, cursor = self._document()
        hanging = QTextBlockFormat()
        hanging.setLeftMargin(TICK_COLUMN_PT * UNIT)
        hanging.setTextIndent(-TICK_COLUMN_PT * UNIT)
        hanging.setTabPositions([QTextOption.Tab(TICK_COLUMN_PT * UNIT, QTextOption.TabType.LeftTab)])
        cursor.setBlockFormat(hanging)
        self._box(cursor)
        cursor.insertText("\t", _ink())
        if tick.lead:
            cursor.insertText(f"{_short(tick.lead, LONG_CELL)} ", _ink(bold=True))
        cursor.insertText(_short(tick.text, LONG_TEXT), _ink())
        if tick.note:
            hanging.setTextIndent(0)
            cursor.insertBlock(hanging)
            cursor.insertText(_short(tick.note, LONG_TEXT), _ink(SMALL_PT, LIGHT.muted))
        return self._piece(document, before)

    def _table(self, table: Table) -> Iterator[Piece]:
        header: Piece | None = None
        if any(table.head):
            header = self._row(table, table.head, head=True)
            header.keep = True
            yield header
        for number, cells in enumerate(table.rows):
            row = self._row(table, cells)
            row.before = 0.0 if header or number else 7.0
            row.header = header
            row.keep = number == 0 and len(table.rows) > 1  # no table begins with a single row at the foot of a page
            yield row

    def _row(self, table: Table, cells: tuple[str, ...], head: bool = False) -> Piece:
        document, cursor = self._document()
        boxes = 1 if table.ticks else 0
        grid = cursor.insertTable(1, len(cells) + boxes, self._grid(table, len(cells)))
        if boxes and not head:
            self._box(grid.cellAt(0, 0).firstCursorPosition())
        ink = _ink(SMALL_PT, LIGHT.muted, bold=True) if head else _ink(SMALL_PT + 0.4)
        for place, text in enumerate(cells):
            inside = grid.cellAt(0, place + boxes).firstCursorPosition()
            if table.right[place : place + 1] == "r":
                to_right = QTextBlockFormat()
                to_right.setAlignment(Qt.AlignmentFlag.AlignRight)
                to_right.setRightMargin(6 * UNIT)
                inside.setBlockFormat(to_right)
            inside.insertText(_short(text, LONG_CELL), ink)
        piece = self._piece(document, before=9 if head else 0)
        piece.rule_from = 0.0
        return piece

    def _grid(self, table: Table, columns: int) -> QTextTableFormat:
        """Columns by their shares; every row is a table of its own, so the widths have to be given."""
        room = self._width - (TICK_COLUMN_PT if table.ticks else 0)
        shares = table.shares or (100 // columns,) * columns
        widths = [room * share / sum(shares) for share in shares]
        made = QTextTableFormat()
        made.setBorder(0)
        made.setCellSpacing(0)
        made.setCellPadding(2.5 * UNIT)
        made.setMargin(0)
        made.setWidth(QTextLength(QTextLength.Type.FixedLength, self._width * UNIT))
        fixed = [TICK_COLUMN_PT, *widths] if table.ticks else widths
        made.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width * UNIT) for width in fixed])
        return made

    def _code(self, code: Code) -> Iterator[Piece]:
        name = self._text(code.title, SMALL_PT + 0.5, LIGHT.muted)
        name.keep = True
        yield name
        for start in range(0, len(code.lines), LONG_CODE):
            document, cursor = self._document(margin=6)
            cursor.insertText("\n".join(code.lines[start : start + LONG_CODE]), _mono())
            piece = self._piece(document, before=2)
            piece.ground = LIGHT.window
            yield piece

    def _case(self, picture: Picture) -> Piece:
        document, cursor = self._document()
        self._object(cursor, PICTURE)
        cursor.insertBlock()
        cursor.insertText(picture.caption, _ink(SMALL_PT, LIGHT.muted))
        return self._piece(document, before=6)

    def _lines(self, lines: Lines) -> Iterator[Piece]:
        """All on one page: nobody signs half a list."""
        for number, label in enumerate(lines.labels, 1):
            document, cursor = self._document()
            cursor.insertText(label, _ink(BASE_PT, LIGHT.muted))
            piece = self._piece(document, before=14)
            piece.rule_from, piece.keep = 110.0, number < len(lines.labels)
            yield piece

    # -------------------------------------------------------------- documents

    def _document(self, margin: float = 0.0) -> tuple[QTextDocument, QTextCursor]:
        document = QTextDocument()
        document.setDocumentMargin(margin * UNIT)
        document.setUseDesignMetrics(True)
        layout = document.documentLayout()
        layout.registerHandler(TICK, self._tick)
        layout.registerHandler(PICTURE, self._picture)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        document.setDefaultFont(_ink().font())
        document.setTextWidth(self._width * UNIT)
        return document, QTextCursor(document)

    def _piece(self, document: QTextDocument, before: float = 0.0) -> Piece:
        return Piece(document, document.size().height() / UNIT, before)

    def _box(self, cursor: QTextCursor) -> None:
        self._object(cursor, TICK)

    def _object(self, cursor: QTextCursor, kind: int) -> None:
        stands = QTextCharFormat()
        stands.setObjectType(kind)
        cursor.insertText(OBJECT_MARK, stands)


def lettering(size: float = BASE_PT, bold: bool = False) -> QFont:
    """The window's font without its features: figures of one width and joined signs are glyphs without a character, and
    could neither be searched for nor copied out of a PDF."""
    font = QFont(QGuiApplication.font())
    for feature in ("tnum", "calt"):
        font.setFeature(QFont.Tag(feature), 0)
    font.setPixelSize(round(size * UNIT))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _ink(size: float = BASE_PT, colour: str = LIGHT.text, bold: bool = False) -> QTextCharFormat:
    return _format(lettering(size, bold), colour)


def _mono() -> QTextCharFormat:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(round(CODE_PT * UNIT))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return _format(font, LIGHT.text)


def _format(font: QFont, colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFont(font)
    made.setForeground(QColor(colour))
    return made


def _parts(text: str, length: int) -> Iterator[str]:
    """The text in pieces of at most so many characters, cut at spaces where there are any."""
    while len(text) > length:
        cut = text.rfind(" ", length // 2, length)
        cut = cut if cut > 0 else length
        yield text[:cut]
        text = text[cut:].lstrip()
    yield text


def _short(text: str, length: int) -> str:
    """At most so many characters, and no line break between a figure and its unit."""
    return _UNIT.sub("\\1\u00a0\\2", text if len(text) <= length else text[: length - 1] + "…")
