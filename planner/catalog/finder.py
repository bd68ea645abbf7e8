"""Parts by what people type: words in any order, abbreviations, figures with units, and slips of the keys.

`4090 fe`, `suprim 4090`, `hx1500`, `2x24`, `48gb blower`, `am5 e-atx`. A figure is looked up among the facets of the
kind, so that `1600w` finds supplies of 1,600 W whatever they are called. Window and command line share this search.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from planner.catalog.facets import BY_ID, FACETS, Facet, values_of
from planner.catalog.search import USUAL, run_together, words
from planner.catalog.slips import near
from planner.catalog.store import Catalog

SHORT = {
    "fe": ("foundersedition",), "tr": ("threadripper",), "ws": ("workstation",), "aio": ("liquid",),
    "wc": ("liquid", "hybrid"), "water": ("liquid", "hybrid"), "watercooled": ("liquid", "hybrid"),
    "fanless": ("passive",), "matx": ("microatx",), "uatx": ("microatx",), "itx": ("miniitx",), "ipmi": ("remote",),
    "bmc": ("remote",), "12vhpwr": ("16pin",), "12v2x6": ("16pin",), "turbo": ("turbo", "blower"), "ee": ("extreme",),
}  # fmt: skip
"""What people type for a word of the name or of a figure, run together."""
GENERAL = frozenset(
    (
        "gpu", "card", "graphics", "psu", "power", "supply", "board", "motherboard", "mobo", "cpu", "processor", "ram",
        "memory", "case", "chassis", "drive", "ssd", "cooler", "cooling", "kit", "the", "with", "and", "for", "a", "of",
        "80", "80plus", "plus", "nvidia", "geforce", "rtx", "gtx", "amd", "radeon", "intel",
    )
)  # fmt: skip
"""Words that may be missing in a part without its being another one; they only help to rank."""

WHOLE, BEGINS, INSIDE, APART, IN_ID = 3.0, 2.4, 1.6, 1.9, 1.5
FIGURE, FACT, FACT_BEGINS, BARE = 3.4, 2.2, 1.3, 1.2
SHORTENED, SLIPPED = 0.95, 0.55
ALL_IN_ONE = 1.0
"""Weights of one typed word: a run of whole words of the name, one that only begins there, one inside, letters and
digits found apart, in the id; a figure with its unit, a fact in words, its beginning, a bare number. Then factors for
what was read another way, and what a name gets that holds everything as it was typed."""
SPARE = 0.15
"""Taken off for each telling word of the name that was not asked for."""

FASTER_FIRST = "bandwidth"
"""The facet that decides among parts found alike, where the kind has it: `fe` means the newest first."""

_UNITS = {
    "gib": "gb", "tib": "tb", "watt": "w", "watts": "w", "slots": "slot", "cores": "core", "mhz": "mts",
}  # fmt: skip
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(gib|gb|tib|tb|kw|watts?|w|mm|slots?|cores?|mt/s|mts|mhz|gb/s)\b")
_TIMES = re.compile(r"(\d+)\s*[x×]\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Match:
    """How one typed word was found in one part."""

    weight: float
    term: str = ""
    """Letters of the title, run together."""
    facet: str = ""
    """Id of the facet whose value was meant."""


@dataclass(frozen=True, slots=True)
class Hit:
    record: Any
    score: float
    terms: tuple[str, ...]
    """What to mark in the title."""
    facets: tuple[str, ...]
    """Facets whose values were asked for."""


@dataclass(frozen=True, slots=True)
class Found:
    hits: tuple[Hit, ...]
    """Best first."""
    read_as: tuple[tuple[str, str], ...] = ()
    """(typed, taken for it): slips of the keys."""
    ignored: tuple[str, ...] = ()
    """Words that no part has together with the others: the hits lack them."""

    @property
    def doubt(self) -> int:
        """0: every word as it was typed; 1: with slips put right; 2: without some word."""
        return 2 if self.ignored else 1 if self.read_as else 0

    @property
    def remark(self) -> str:
        """What the user should know about how the words were read; empty when they were taken as typed."""
        said = [f"“{typed}” read as “{other}”" for typed, other in self.read_as if self.hits]
        if self.ignored and self.hits:
            said.append(f"nothing has all the words: shown without “{' '.join(self.ignored)}”")
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One part, taken to pieces."""

    record: Any
    title: tuple[str, ...]
    run: str
    starts: frozenset[int]
    ends: frozenset[int]
    ids: frozenset[str]
    facts: dict[str, tuple[str, float]]
    """What may be typed, run together -> facet, weight."""
    begun: str
    """All of that in one, a bar before each."""
    telling: frozenset[str]
    """Words of the title that make it another part."""


class Finder:
    """Search in the parts of one kind. Each typed word is looked up once and kept."""

    def __init__(self, kind: str, records: Iterable[Any], catalog: Catalog) -> None:
        facets = tuple(facet for facet in FACETS.get(kind, ()) if facet.typed)
        self._first, self._catalog = BY_ID.get(kind, {}).get(FASTER_FIRST), catalog
        self._entries: list[_Entry] = []
        self._left = (_entry(record, facets, catalog) for record in records)
        self._kept: dict[str, dict[int, Match]] = {}
        self._nearest: dict[str, str] = {}

    def prepare(self) -> Iterator[None]:
        """Take the parts to pieces, one at a time; what is left when the first search comes is done then."""
        for entry in self._left:
            self._entries.append(entry)
            yield
        len(self._words)

    def find(self, typed: str) -> Found:
        """Parts that have every word, best first; if there is none, those that have the most of them."""
        deque(self.prepare(), maxlen=0)
        asked = chunks(typed)
        if not asked:
            return Found(tuple(Hit(entry.record, 0.0, (), ()) for entry in self._entries))
        slips: dict[str, str] = {}
        found = {chunk: self._matches(chunk, slips) for chunk in asked}
        needed = [chunk for chunk in asked if chunk not in GENERAL] or list(asked)
        places = set.intersection(*(set(found[chunk]) for chunk in needed))
        ignored: tuple[str, ...] = ()
        if not places:
            places, ignored = _nearly(needed, found)
        hits = [self._hit(place, asked, found) for place in sorted(places)]
        hits.sort(key=lambda hit: (-round(hit.score, 3), self._order(hit.record)))
        return Found(tuple(hits), tuple(slips.items()), ignored)

    def _order(self, record: Any) -> float:
        """Among equals."""
        return -max(values_of(self._first, record, self._catalog), default=0.0) if self._first else 0.0

    def _hit(self, place: int, asked: Sequence[str], found: dict[str, dict[int, Match]]) -> Hit:
        entry = self._entries[place]
        matches = [found[chunk][place] for chunk in asked if place in found[chunk]]
        score = sum(match.weight for match in matches)
        score += ALL_IN_ONE if len(asked) > 1 and "".join(asked) in entry.run else 0
        terms = tuple(dict.fromkeys(match.term for match in matches if match.term))
        named = frozenset(word for term in terms for word in words(term))
        covered = sum(
            word in named or (len(word) > 2 and any(word in term for term in terms)) for word in entry.telling
        )
        facets = tuple(dict.fromkeys(match.facet for match in matches if match.facet))
        return Hit(entry.record, score - SPARE * (len(entry.telling) - covered), terms, facets)

    def _matches(self, chunk: str, slips: dict[str, str]) -> dict[int, Match]:
        """Where the word is found; `slips` learns what it was taken for."""
        if chunk not in self._kept:
            self._kept[chunk] = self._as_typed(chunk)
            self._add_near(chunk)
        if self._nearest[chunk]:
            slips[chunk] = self._nearest[chunk]
        return self._kept[chunk]

    def _add_near(self, chunk: str) -> None:
        """What it may have been meant for; it is said to be read as the one that is found best."""
        self._nearest[chunk], best = "", 0.0
        if self._kept[chunk] or chunk in GENERAL:
            return
        for other in near(chunk, self._words):
            matches = self._as_typed(other)
            most = max((match.weight for match in matches.values()), default=0.0)
            if most > best:
                self._nearest[chunk], best = other, most
            for place, match in matches.items():
                self._kept[chunk].setdefault(place, _weaker(match, SLIPPED))

    def _as_typed(self, chunk: str) -> dict[int, Match]:
        return {place: match for place, entry in enumerate(self._entries) if (match := _match(entry, chunk))}

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """Every word that may have been meant, in order of first use."""
        named = (word for entry in self._entries for word in entry.title)
        facts = (word for entry in self._entries for word in entry.facts)
        return tuple(dict.fromkeys((*named, *facts, *SHORT)))


def chunks(typed: str) -> tuple[str, ...]:
    """What is to be looked up: words as typed, figures joined with their units, `2 x 24` as one."""
    text = _TIMES.sub(r"\1x\2", typed.lower().replace("™", ""))
    text = _FIGURE.sub(lambda m: f" {_figure(m[1], m[2])} ", text)
    return tuple(dict.fromkeys(run for word in text.split() if (run := run_together(word))))


def _figure(number: str, unit: str) -> str:
    if unit == "kw":
        return f"{float(number) * 1000:g}w"
    return number + _UNITS.get(unit, unit.replace("/", ""))


def _nearly(needed: Sequence[str], found: dict[str, dict[int, Match]]) -> tuple[set[int], tuple[str, ...]]:
    """Places that have the most words, at least half of them and the rarest, and the words those lack."""
    has = {place: [c for c in needed if place in found[c]] for chunk in needed for place in found[chunk]}
    most = max(map(len, has.values()), default=0)
    if not most or most * 2 < len(needed):
        return set(), ()

    def rarity(chunks: Sequence[str]) -> float:
        return sum(1 / len(found[chunk]) for chunk in chunks)

    rarest = max(rarity(chunks) for chunks in has.values() if len(chunks) == most)
    best = {place for place, chunks in has.items() if len(chunks) == most and rarity(chunks) >= rarest * 0.999}
    return best, tuple(chunk for chunk in needed if not best <= set(found[chunk]))


# ------------------------------------------------------------------ one part


def _entry(record: Any, facets: Sequence[Facet], catalog: Catalog) -> _Entry:
    title = words(getattr(record, "title", record.name))
    ends, at = [], 0
    for word in title:
        at += len(word)
        ends.append(at)
    facts: dict[str, tuple[str, float]] = {}
    for facet in facets:
        for value in values_of(facet, record, catalog):
            for said, weight in _said(facet.id, facet.unit, value):
                if weight > facts.get(said, ("", 0.0))[1]:
                    facts[said] = (facet.id, weight)
    return _Entry(
        record=record,
        title=title,
        run="".join(title),
        starts=frozenset((0, *ends)),
        ends=frozenset(ends),
        ids=frozenset((record.id.replace("-", ""), *words(record.id))),
        facts=facts,
        begun="".join(f"|{said}" for said in facts),
        telling=frozenset(title) - USUAL,
    )


@lru_cache(maxsize=5000)
def _said(facet: str, its_unit: str, value: Any) -> tuple[tuple[str, float], ...]:
    """How people may type a value: 24gb and 24; open air, open, air; ecc for a yes."""
    if isinstance(value, int | float):
        unit = _UNITS.get(its_unit.lower(), its_unit.lower().replace("/", ""))
        return (f"{value:g}{unit}", FIGURE if unit else BARE), (f"{value:g}", BARE)
    if value == "yes":
        return ((facet, FACT),)
    parts = words(str(value).replace("_", " ")) if value != "no" else ()
    whole = (("".join(parts), FACT),) if parts else ()
    return (*whole, *((part, FACT_BEGINS) for part in parts if len(part) > 1))


def _match(entry: _Entry, chunk: str) -> Match | None:
    tries = [_plain(entry, chunk)]
    tries += [_weaker(match, SHORTENED) for other in SHORT.get(chunk, ()) if (match := _plain(entry, other))]
    found = [match for match in tries if match]
    return max(found, key=lambda match: match.weight) if found else _apart(entry, chunk)


def _plain(entry: _Entry, chunk: str) -> Match | None:
    named, fact = _in_title(entry, chunk), _in_facts(entry, chunk)
    if named and (not fact or named.weight >= fact.weight):
        return named
    return fact or (Match(IN_ID) if chunk in entry.ids else None)


def _in_title(entry: _Entry, chunk: str) -> Match | None:
    best, at = 0.0, entry.run.find(chunk)
    while at >= 0 and best < WHOLE:
        begins, ends = at in entry.starts, at + len(chunk) in entry.ends
        inside = INSIDE if len(chunk) > 2 else 0.0
        best = max(best, WHOLE if begins and ends else BEGINS if begins else inside)
        at = entry.run.find(chunk, at + 1)
    return Match(best, chunk) if best else None


def _in_facts(entry: _Entry, chunk: str) -> Match | None:
    if chunk in entry.facts:
        facet, weight = entry.facts[chunk]
        return Match(weight, "", facet)
    if len(chunk) < 3 or chunk[0].isdigit():
        return None
    if f"|{chunk}" not in entry.begun:
        return None
    facet = next(facet for said, (facet, _) in entry.facts.items() if said.startswith(chunk))
    return Match(FACT_BEGINS, "", facet)


def _apart(entry: _Entry, chunk: str) -> Match | None:
    """4090fe: letters and digits that are found one by one; a figure or a single letter as a word of the name."""
    parts = words(chunk)
    if len(parts) < 2:
        return None
    facet = ""
    terms: list[str] = []
    for part in parts:
        options = [match for other in (part, *SHORT.get(part, ())) if (match := _plain(entry, other))]
        found = max(options, key=lambda match: match.weight, default=None)
        strict = len(part) == 1 or part[0].isdigit()
        if found is None or (strict and part not in entry.title):
            return None
        facet, terms = facet or found.facet, [*terms, found.term]
    return Match(APART, "".join(terms) if "".join(terms) in entry.run else max(terms, key=len), facet)


def _weaker(match: Match, factor: float) -> Match:
    return Match(match.weight * factor, match.term, match.facet)


def marks(title: str, terms: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Places of the title (begin, end) that hold the terms, signs and spaces between them included."""
    letters = [(letter, at) for at, letter in enumerate(title.lower()) if letter.isascii() and letter.isalnum()]
    run = "".join(letter for letter, _ in letters)
    found = []
    for term in terms:
        bare = term.replace(".", "")
        at = run.find(bare)
        if at >= 0 and bare:
            found.append((letters[at][1], letters[at + len(bare) - 1][1] + 1))
    return tuple(sorted(found))
