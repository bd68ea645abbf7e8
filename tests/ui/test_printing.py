"""The checklist on paper: whole, light, numbered, nothing cut; and a sentence where it cannot be written."""

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QAction, QColor, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QToolBar

from planner.catalog.examples import example, names
from planner.catalog.load import load_catalog
from planner.catalog.store import Catalog
from planner.documents.checklist import checklist
from planner.documents.checklist_blocks import Table, Tick
from planner.domain import edits
from planner.domain.build import Build
from planner.evaluate import Report, evaluate
from planner.files.problem import FileProblem
from planner.ui import printing, theme
from planner.ui.paper_pages import Sheet, paginate
from planner.ui.paper_pieces import Paper, Piece

A4_PT, LETTER_PT = (595, 842), (612, 792)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def reports(catalog) -> dict[str, Report]:
    return {name: evaluate(example(name), catalog) for name in names()}


@pytest.fixture
def light(qapp):
    theme.install(qapp, "light")


def read(data: bytes) -> list[str]:
    """Text of each page as a reader sees it: ligatures apart, one space between words."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
    return [" ".join(unicodedata.normalize("NFKC", text).split()) for text in pages]


def joined(text: str) -> str:
    """Without spaces and hyphens, which a line break may have swallowed."""
    return re.sub(r"[\s\u00ad\ufffe\u2010-]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", names())
def test_everything_of_the_checklist_is_on_the_pages(reports, light, name):
    pages = read(printing.pdf_bytes(reports[name], "A4"))
    printed = joined(" ".join(pages))
    for number, section in enumerate(checklist(reports[name]).sections, 1):
        assert joined(f"{number}{section.title}") in printed
        for block in section.blocks:
            if isinstance(block, Tick):
                assert joined(block.text)[:60] in printed
            if isinstance(block, Table):
                assert all(joined(cell)[:12] in printed for row in block.rows for cell in row)


def test_pages_are_numbered_and_named(reports, light):
    pages = read(printing.pdf_bytes(reports["quad-3090"], "A4"))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page
        assert reports["quad-3090"].build.name in page


@pytest.mark.parametrize(("page", "size"), [("A4", A4_PT), ("Letter", LETTER_PT)])
def test_paper_sizes(reports, light, page, size):
    document = pypdfium2.PdfDocument(printing.pdf_bytes(reports["dual-4090"], page))
    assert all(tuple(map(round, sheet.get_size())) == size for sheet in document)


def test_a_dark_window_prints_dark_on_white(reports, qapp):
    theme.install(qapp, "dark")
    data = printing.pdf_bytes(reports["dual-4090"], "A4")
    theme.install(qapp, "light")
    picture = pypdfium2.PdfDocument(data)[0].render(scale=0.5, grayscale=True)
    shades = bytes(picture.buffer)
    assert max(shades) == 255
    assert shades.count(255) > 0.8 * len(shades)
    assert min(shades) < 80


def test_fonts_are_embedded(reports, light):
    data = printing.pdf_bytes(reports["dual-4090"], "A4")
    assert b"/FontFile" in data
    assert b"Inter" in data


def piece(height: float, keep: bool = False, header: Piece | None = None) -> Piece:
    return Piece(QTextDocument(), height, keep=keep, header=header)


def test_a_heading_goes_with_what_it_heads(qapp):
    pages = paginate([piece(80), piece(10, keep=True), piece(20)], height=100)
    assert [len(page) for page in pages] == [1, 2]


def test_what_just_fits_stays(qapp):
    assert len(paginate([piece(80), piece(10, keep=True), piece(10)], height=100)) == 1


def test_a_table_continues_under_its_header(qapp):
    head = piece(10, keep=True)
    rows = [piece(30, header=head) for _ in range(4)]
    pages = paginate([head, *rows], height=100)
    assert [placed.piece is head for placed in pages[1]] == [True, False]
    assert pages[1][1].y == 10


@pytest.mark.parametrize("name", names())
def test_no_piece_reaches_into_the_margin(reports, light, name):
    layout = QPageLayout(printing._layout("Letter"))
    room = Sheet(layout.fullRect(QPageLayout.Unit.Point).size()).room
    paper = Paper(reports[name], room.width())
    for page in paginate(paper.pieces(checklist(reports[name])), room.height()):
        bottoms = [placed.y + placed.piece.height for placed in page]
        assert max(bottoms) <= room.height() + 0.01
        tops = [placed.y for placed in page]
        assert all(top >= bottom - 0.01 for top, bottom in zip(tops[1:], bottoms, strict=False))


def test_long_notes_and_names_do_not_break_the_pages(catalog, light):
    build = edits.rename(example("dual-4090"), "x" * 200).replace(notes="word " * 8000)
    report = evaluate(build, catalog)
    pages = read(printing.pdf_bytes(report, "A4"))
    assert sum(page.count("word word") for page in pages) > 3000


def test_an_empty_build_prints(catalog, light):
    assert len(read(printing.pdf_bytes(evaluate(Build(), catalog), "A4"))) >= 2


def test_written_file_is_a_pdf(reports, light, tmp_path):
    printing.write_pdf(reports["dual-4090"], tmp_path / "list.pdf")
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF-1.")


def test_a_folder_that_is_not_there_is_a_sentence(reports, light, tmp_path):
    with pytest.raises(FileProblem, match=r"list\.pdf: cannot be saved in .* Choose another folder\."):
        printing.write_pdf(reports["dual-4090"], tmp_path / "none" / "list.pdf")


def test_a_printer_gets_the_same_pages(reports, light, tmp_path):
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setPageSize(printing._layout("A4").pageSize())
    printer.setFullPage(True)
    assert printing.paint(reports["dual-4090"], printer)
    printed = read((tmp_path / "out.pdf").read_bytes())
    assert printed == read(printing.pdf_bytes(reports["dual-4090"], "A4"))


def test_the_palette_of_the_page_is_light(light):
    from planner.ui.paper_pages import _context

    assert _context().palette.text().color() == QColor(theme.LIGHT.text)


def test_the_command_line_needs_no_display(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    target = tmp_path / "list.pdf"
    words = [sys.executable, "-m", "planner", "checklist", "--example", "dual-4090", "-o", str(target)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(read(target.read_bytes())) > 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_preview_has_icons_of_ours(qtbot, qapp, scheme):
    theme.install(qapp, scheme)
    dialog = QPrintPreviewDialog()
    qtbot.addWidget(dialog)
    before = {action.text(): action.icon().cacheKey() for action in dialog.findChildren(QAction) if action.text()}
    printing.dress(dialog)
    bars = dialog.findChildren(QToolBar)
    shown = [action for bar in bars for action in bar.actions() if action.text()]
    assert len(shown) >= 15
    assert [action.text() for action in shown if action.icon().cacheKey() == before[action.text()]] == []
    ink = shown[0].icon().pixmap(20, 20).toImage()
    dots = [ink.pixelColor(x, y) for x in range(20) for y in range(20)]
    tones = {dot.lightness() > 127 for dot in dots if dot.alpha() > 200}
    assert tones == {scheme == "dark"}
    theme.install(qapp, "light")
