"""How documents name what a build holds."""

import re
from collections.abc import Iterable

from planner.domain.rig import Rig

_STEMS = {"gpu": "GPU", "psu": "Supply", "drive": "Drive", "bridge": "Bridge"}
_KEY = re.compile(r"\b(gpu|psu|drive|bridge)-[1-9][0-9]{0,2}\b")
_SINGLES = {"cpu": "CPU", "board": "Board", "case": "Case", "cooler": "Cooler", "memory": "Memory", "ram": "RAM"}


def short_name(key: str) -> str:
    """gpu-2 -> GPU 2, psu-1 -> Supply 1, board -> Board."""
    stem, _, number = key.partition("-")
    return f"{_STEMS[stem]} {number}" if number and stem in _STEMS else _SINGLES.get(key, key)


def named(rig: Rig, key: str) -> str:
    """GPU 2 · RTX 3090 FE, and for a part of which there is one just its name."""
    part = rig.part(key)
    if part is None:
        return short_name(key)
    return f"{short_name(key)} · {part.name}" if "-" in key else part.title


def in_words(text: str) -> str:
    """gpu-2 -> GPU 2, wherever keys of the build stand in a sentence."""
    return _KEY.sub(lambda found: short_name(found[0]), text)


def sentence(text: str) -> str:
    """With a capital first, and the rest as it is."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def counted(names: Iterable[str]) -> str:
    """2 × RTX 4090 FE, 1 × RTX 3090 FE."""
    several = list(names)
    return ", ".join(f"{several.count(name)} × {name}" for name in dict.fromkeys(several))
