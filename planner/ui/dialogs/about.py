"""What this program is, and what it is made of."""

import platform
from importlib import metadata

import PySide6
from PySide6.QtWidgets import QWidget

from planner.catalog.store import Catalog
from planner.ui import theme
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.sheet import Sheet

TEXTS = (
    "Plans computers with several GPUs for running language models at home: what fits, what it draws, how fast it is.",
    "Estimates carry a range and a source. What a maker did not publish is shown as not known, never guessed.",
    "Slotwise is free software under the MIT licence. Qt and PySide6 are used under the LGPL 3, the Inter typeface "
    "under the SIL Open Font Licence 1.1.",
    "Contains information from BuildCores OpenDB, made available under the ODC Attribution License (ODC-By) v1.0. "
    "Motherboard slot evidence: linuxhw/DMI, CC BY 4.0.",
)


class About(Sheet):
    def __init__(self, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__("About Slotwise", parent)
        title = plain_label(f"Slotwise{version()}")
        title.setFont(theme.font(4, bold=True))
        self.column.addWidget(title)
        for text in TEXTS:
            self.column.addWidget(plain_label(text, wraps=True))
        counts = f"{len(catalog.cards)} cards, {len(catalog.boards)} boards, {len(catalog.models)} models"
        dated = f", version {catalog.version} of {catalog.dated}" if catalog.dated else ""
        self.column.addWidget(plain_label(f"Catalog: {counts}{dated}.", "muted", wraps=True))
        made_of = (
            f"Python {platform.python_version()} · PySide6 {PySide6.__version__} · {platform.platform(terse=True)}"
        )
        self.column.addWidget(plain_label(made_of, "muted", wraps=True))
        self.add_close()
        self.resize(460, self.column.totalHeightForWidth(460))


def version() -> str:
    """With a space before it; a checkout that nobody installed has none."""
    try:
        return " " + metadata.version("slotwise")
    except metadata.PackageNotFoundError:
        return ""
