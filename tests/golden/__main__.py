"""python -m tests.golden: write the expected reports anew."""

from planner.catalog.load import load_catalog
from tests.golden import FOLDER, rewrite

rewrite(load_catalog())
print(f"Reports written to {FOLDER}. Read the difference before you commit it.")
