"""How rules name parts and put lists into sentences."""

from collections.abc import Iterable

from planner.domain.rig import Rig


def card_name(rig: Rig, key: str) -> str:
    """GPU 2 (RTX 4090 Founders Edition)."""
    card = rig.card(key)
    number = key.replace("gpu-", "GPU ")
    return f"{number} ({card.card.name})" if card else number


def short(key: str) -> str:
    """gpu-2 -> GPU 2, psu-1 -> supply 1, drive-1 -> drive 1."""
    stem, _, number = key.partition("-")
    word = {"gpu": "GPU", "psu": "supply", "drive": "drive", "bridge": "bridge"}.get(stem, stem)
    return f"{word} {number}".rstrip()


def part_name(rig: Rig, key: str) -> str:
    part = rig.part(key)
    return card_name(rig, key) if rig.card(key) else part.title if part else short(key)


def listed(words: Iterable[str]) -> str:
    """a, b and c."""
    several = list(words)
    return " and ".join([", ".join(several[:-1]), several[-1]]) if len(several) > 1 else "".join(several)


def cards_listed(keys: Iterable[str]) -> str:
    return listed(short(key) for key in keys)


def count(number: int, word: str) -> str:
    """1 card, 2 cards."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def verb(number: int, one: str, several: str) -> str:
    return one if number == 1 else several
