"""Qt, its Python binding and pydantic: each test watches for one fault they have had, in a process of its own."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest

TEXT = "Office fit: 2 × 24 GiB ✓"  # ligatures, signs outside ASCII

REFERENCES = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range(1000):
    thing.setObjectName("name")
print(before - sys.getrefcount(None))
"""

IMPORT_ORDER = """
import builtins
own = builtins.__import__
import planner.session.session
from pydantic import Field
assert builtins.__import__ is own, "Qt's import hook is still installed"
"""

EXPORT = """
import sys
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
app = QGuiApplication([])
text, path = sys.argv[1:]
if path.endswith(".pdf"):
    device = QPdfWriter(path)
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
else:
    device = QSvgGenerator()
    device.setFileName(path)
    device.setSize(QSize(800, 200))
painter = QPainter(device)
painter.drawText(device.width() // 10, device.height() // 2, text)
assert painter.end()
"""


def fresh(code: str, *arguments: str) -> str:
    """What a new Python prints that runs this code without a display."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_calls_that_return_nothing_lose_no_reference() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one for every call, and the process aborts after some five thousand."""
    assert int(fresh(REFERENCES)) < 10


def test_pydantic_imports_after_the_session_has_brought_in_qt() -> None:
    """Qt's binding hooks into `import`, which breaks names that pydantic loads late, and slows all later imports."""
    fresh(IMPORT_ORDER)


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
def test_export_holds_its_text(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"page.{suffix}"
    fresh(EXPORT, TEXT, str(path))
    found = pdf_text(path) if suffix == "pdf" else "".join(ElementTree.parse(path).getroot().itertext())
    assert TEXT in unicodedata.normalize("NFKC", found)


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)
