"""Slips of the keys: which known words a mistyped one may have been meant for."""

from collections.abc import Sequence
from functools import lru_cache

from planner.catalog.search import words

FORGIVEN = ((4, 0), (7, 1), (99, 2))
"""A word shorter than the first number may differ by so many slips."""
OFFERED = 3


def near(chunk: str, known: Sequence[str]) -> tuple[str, ...]:
    """The chunk with its letters put right, the nearest first; empty when nothing is near."""
    parts = words(chunk)
    whole = [] if len(parts) == 1 else _nearest(chunk, known)
    if whole:
        return tuple(whole)
    fixed: list[str] = [""]
    changed = False
    for part in parts:
        other = _nearest(part, known) if part not in known else []
        changed = changed or bool(other)
        fixed = [begun + end for begun in fixed for end in (other or [part])]
    return tuple(fixed[:OFFERED]) if changed else ()


def _nearest(word: str, known: Sequence[str]) -> list[str]:
    """Digits are only ever swapped: another figure is another part."""
    allowed = 1 if word.isdigit() and len(word) > 3 else next(n for size, n in FORGIVEN if len(word) < size)
    if not allowed:
        return []
    scored: list[tuple[float, int, str]] = []
    for order, other in enumerate(known):
        distance = _distance(word, other, allowed)
        if distance <= allowed:
            scored.append((distance, order, other))
    scored.sort()
    return [other for distance, _, other in scored if distance == scored[0][0]][:OFFERED]


def _distance(word: str, other: str, allowed: int) -> float:
    """More than allowed as soon as that is sure."""
    longer = len(other) - len(word)
    if abs(longer) > allowed and not (longer > 0 and other[0] == word[0]):
        return allowed + 1
    if word.isdigit() or other.isdigit():
        return 1 if swapped(word, other) else allowed + 1
    begins_alike = word[0] in other[:2] or word[1] == other[0]
    if not begins_alike or len(_letters(word) - _letters(other)) > allowed:
        return allowed + 1
    distance = slips(word, other, allowed)
    if distance > allowed and longer > 1:
        return slips(word, other[: len(word)], allowed) + 0.5  # still being typed
    return distance


@lru_cache(maxsize=10_000)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def swapped(a: str, b: str) -> bool:
    """The same digits, two neighbours changed places."""
    if len(a) != len(b):
        return False
    wrong = [at for at, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and a[wrong[0]] == b[wrong[1]] and a[wrong[1]] == b[wrong[0]]


def slips(a: str, b: str, most: int) -> float:
    """Letters wrong, missing, too many or swapped with their neighbour; `most` + 1 as soon as it is more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, start=1):
            best = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]
