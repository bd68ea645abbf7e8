"""The reports of the example builds as text. `python -m tests.golden` writes them anew; read the difference before you
commit it."""

from pathlib import Path

from planner.catalog.examples import example, names
from planner.catalog.store import Catalog
from planner.documents.report_text import report_text
from planner.evaluate import evaluate

FOLDER = Path(__file__).parent / "reports"


def text_of(name: str, catalog: Catalog) -> str:
    return report_text(evaluate(example(name), catalog)) + "\n"


def place_of(name: str) -> Path:
    return FOLDER / f"{name}.txt"


def rewrite(catalog: Catalog) -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        if old.stem not in names():
            old.unlink()
    for name in names():
        place_of(name).write_text(text_of(name, catalog), encoding="utf-8")
