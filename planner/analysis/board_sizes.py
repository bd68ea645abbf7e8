"""Does a board go into a case? By the sizes the case names, and by what is smaller than these."""

import re
from collections.abc import Iterable
from functools import cache

SIZES_MM: dict[str, tuple[float, float]] = {
    "miniitx": (170, 170),
    "minidtx": (203, 170),
    "microatx": (244, 244),
    "atx": (305, 244),
    "ssiceb": (305, 267),
    "eatx": (305, 330),
    "ssieeb": (305, 330),
    "xlatx": (345, 272),
    "hptx": (345, 381),
    "any": (1000, 1000),
}
"""Along the slots' bracket side, and across towards the front of the case."""
ROWS: dict[str, int] = {"miniitx": 1, "minidtx": 2, "microatx": 4, "xlatx": 9, "hptx": 9}
ATX_ROWS = 7
TOLERANCE_MM = 1.0
OTHER_NAMES = {
    "itx": "miniitx",
    "mitx": "miniitx",
    "matx": "microatx",
    "uatx": "microatx",
    "extendedatx": "eatx",
    "ceb": "ssiceb",
    "eeb": "ssieeb",
}


@cache
def size_name(text: str) -> str | None:
    """E-ATX, EATX (<=280 mm), Extended ATX -> eatx; None for names nobody knows."""
    plain = re.sub(r"[^a-z]", "", re.split(r"[(<,]| up to|\d", text.lower().removeprefix("up to "))[0])
    plain = OTHER_NAMES.get(plain, plain)
    return plain if plain in SIZES_MM else None


def rows_of(form_factor: str) -> int:
    name = size_name(form_factor)
    return ROWS.get(name, ATX_ROWS) if name else ATX_ROWS


@cache
def width_limit_mm(text: str) -> float | None:
    """EATX (<=280 mm) -> 280."""
    found = re.search(r"(\d{3})\s*mm", text)
    return float(found.group(1)) if found else None


def board_fits(form_factor: str, width_mm: float | None, case_sizes: Iterable[str]) -> tuple[bool | None, str]:
    """Whether it fits, and what would have to be known where that cannot be said.

    An SSI EEB board needs stand-offs of its own: a case that lists E-ATX alone is as large, and still not certain.
    """
    known = [(name, _size(name, text)) for text in case_sizes if (name := size_name(text))]
    board = size_name(form_factor)
    if not known:
        return None, "board sizes the case takes"
    if board is None:
        return None, f"size of the board ({form_factor})"
    height, width = SIZES_MM[board]
    width = width_mm or width
    large = [name for name, size in known if height <= size[0] + TOLERANCE_MM and width <= size[1] + TOLERANCE_MM]
    if not large:
        return False, ""
    if board == "ssieeb" and not {"ssieeb", "hptx", "any"} & set(large):
        return None, "SSI EEB stand-offs in the case"
    return True, ""


def _size(name: str, text: str) -> tuple[float, float]:
    height, width = SIZES_MM[name]
    return height, min(width, width_limit_mm(text) or width)
