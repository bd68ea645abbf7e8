"""One function per format version, over plain dictionaries; a migration calls no living code.

The format's version is the number of migrations plus one.
"""

from collections.abc import Callable
from typing import Any

Plain = dict[str, Any]

MIGRATIONS: tuple[Callable[[Plain], Plain], ...] = ()
"""MIGRATIONS[0] turns version 1 into version 2, and so on."""

VERSION = len(MIGRATIONS) + 1


def migrated(plain: Plain, version: int) -> Plain:
    for step in MIGRATIONS[version - 1 :]:
        plain = step(plain)
    return plain
