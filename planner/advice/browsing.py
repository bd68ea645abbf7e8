"""Looking through the parts of a kind: typed words, facets and what fits the build, in one list. No Qt: a window shows
what this works out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from planner.advice.candidates import Candidates
from planner.advice.choosing import FIELDS, NOUNS, chosen_part, offered
from planner.catalog.facets import BY_ID, FACETS, Facet, Offer, Range, Wish, narrowed, offers, tells_apart, without_one
from planner.catalog.finder import Finder, Found, Hit

REASONS = 4
"""Of an empty list, that are told."""
SEARCH, FITTING = "search", "fitting"
"""Besides the ids of facets: what else may stand in the way of a part."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is left of the parts of the kind."""

    records: tuple[Any, ...]
    """In the order of the search, the best first; without a search in catalog order."""
    unknown: int
    """Left out only because a figure that was asked for is not known."""
    misfits: int
    """Left out because they do not fit the build."""
    waiting: int
    """Not worked out yet, so not shown while only what fits is asked for."""
    total: int
    forced: int = 0
    """Shown though they bring an error, since every part brings it."""

    @property
    def words(self) -> str:
        said = [f"{len(self.records)} of {self.total} shown"]
        said += [f"{self.misfits} hidden: they do not fit"] if self.misfits else []
        said += [f"{self.forced} with an error that no choice here avoids"] if self.forced else []
        said += [f"{self.unknown} left out: figure not known"] if self.unknown else []
        said += [f"checking {self.waiting} more…"] if self.waiting else []
        return " · ".join(said)


@dataclass(frozen=True, slots=True)
class Way:
    """Out of an empty list: what to take back, and how many parts there are then."""

    what: str
    """Id of a facet, SEARCH or FITTING."""
    text: str
    count: int


class Browser:
    """What the user asks for, and what there is of it."""

    def __init__(self, candidates: Candidates) -> None:
        self.typed = ""
        self.wishes: dict[str, Wish] = {}
        self.only_fitting = True
        self.use(candidates)

    def use(self, candidates: Candidates) -> None:
        """The build, or the catalog, became another."""
        self.candidates = candidates
        self.catalog = candidates.catalog
        self.kind = FIELDS[candidates.target.kind]
        self.everything = tuple(offered(self.catalog, candidates.target.kind).values())
        self.now = chosen_part(candidates.report.build, candidates.target)
        self._finder = Finder(self.kind, self.everything, self.catalog)
        self._found: tuple[str, Found] | None = None

    @property
    def facets(self) -> tuple[Facet, ...]:
        """Those that tell parts of this kind apart."""
        every = self.everything
        return tuple(facet for facet in FACETS[self.kind] if tells_apart(facet, every, self.catalog))

    def prepare(self) -> Iterator[None]:
        """Make the first search quick, in pieces."""
        return self._finder.prepare()

    @property
    def found(self) -> Found:
        if not self.typed.strip():
            return Found(())
        if self._found is None or self._found[0] != self.typed:
            self._found = (self.typed, self._finder.find(self.typed))
        return self._found[1]

    def hits(self) -> dict[str, Hit]:
        """What matched, by part; empty while nothing is typed."""
        return {hit.record.id: hit for hit in self.found.hits}

    def matching(self) -> tuple[Any, ...]:
        """What was typed and asked for, whether it fits or not."""
        return narrowed(self.kind, self._searched, self.wishes, self.catalog).kept

    def shown(self) -> Shown:
        asked = narrowed(self.kind, self._searched, self.wishes, self.catalog)
        answers = {record.id: self._let_through(record.id) for record in asked.kept}
        return Shown(
            records=tuple(record for record in asked.kept if answers[record.id]),
            unknown=len(asked.unknown),
            misfits=sum(answer is False for answer in answers.values()),
            waiting=sum(answer is None for answer in answers.values()),
            total=len(self.everything),
            forced=sum(self._is_forced(part) for part, answer in answers.items() if answer),
        )

    def offers(self, facet: str) -> tuple[Offer, ...]:
        """Lines of a facet, counted among what the search and the other facets leave."""
        others = {name: wish for name, wish in self.wishes.items() if name != facet}
        left = narrowed(self.kind, self._searched, others, self.catalog).kept
        return offers(BY_ID[self.kind][facet], self.everything, left, self.catalog)

    def marked(self, facet: str) -> list[int]:
        """Numbers of its lines that are asked for."""
        wanted = self.wishes.get(facet)
        return [n for n, offer in enumerate(self.offers(facet)) if _is_wanted(offer.wish, wanted)]

    def mark(self, facet: str, lines: Iterable[int]) -> None:
        """Ask for these lines: of values any of them, of steps one."""
        offers = self.offers(facet)
        wishes = [offers[n].wish for n in lines]
        values = frozenset().union(*(wish for wish in wishes if isinstance(wish, frozenset)))
        self.wish(facet, next((wish for wish in wishes if isinstance(wish, Range)), values))

    def wish(self, facet: str, wish: Wish | None) -> None:
        """None, or an empty choice, takes it back."""
        if wish is None or wish == frozenset():
            self.wishes.pop(facet, None)
        else:
            self.wishes[facet] = wish

    def wish_words(self, facet: str) -> str:
        """24 GiB, 32 GiB; empty where nothing is asked for."""
        return BY_ID[self.kind][facet].says_wish(self.wishes[facet]) if facet in self.wishes else ""

    def ways_out(self) -> tuple[Way, ...]:
        """For an empty list: each single thing that can be taken back for some part to be there, the most first."""
        asked = self.matching()
        if asked:
            return (Way(FITTING, "Show parts that do not fit", len(asked)),)
        ways = [
            Way(name, f"Remove {BY_ID[self.kind][name].title}: {self.wish_words(name)}", count)
            for name, count in without_one(self.kind, self._searched, self.wishes, self.catalog)
        ]
        without_search = len(narrowed(self.kind, self.everything, self.wishes, self.catalog).kept)
        if self.typed.strip() and without_search:
            ways.append(Way(SEARCH, f"Remove the search “{self.typed.strip()}”", without_search))
        return tuple(sorted(ways, key=lambda way: -way.count))

    def empty_words(self) -> str:
        """Why nothing is shown."""
        noun = NOUNS[self.candidates.target.kind]
        if asked := self.matching():
            return f"No {noun} that matches fits this build: {self._reasons(asked)}."
        if self.typed.strip() and not self.found.hits:
            return f"No {noun} matches “{self.typed.strip()}”."
        return f"No {noun} matches all of this."

    def _reasons(self, parts: Iterable[Any]) -> str:
        """What stands against them, the commonest first, each with how many parts it concerns."""
        known = [standing for part in parts if (standing := self.candidates.get(part.id))]
        counted = Counter(title for standing in known for title in dict.fromkeys(e.title for e in standing.errors))
        return "; ".join(f"{_small(title)} ({count})" for title, count in counted.most_common(REASONS))

    def take_back(self, what: str) -> None:
        if what == SEARCH:
            self.typed = ""
        elif what == FITTING:
            self.only_fitting = False
        else:
            self.wish(what, None)

    @property
    def _searched(self) -> tuple[Any, ...]:
        return tuple(hit.record for hit in self.found.hits) if self.typed.strip() else self.everything

    def _is_forced(self, part: str) -> bool:
        standing = self.candidates.get(part) if self.only_fitting else None
        return bool(standing and standing.errors and self.candidates.fits(part))

    def _let_through(self, part: str) -> bool | None:
        """None: not worked out yet. What is chosen already is always in sight."""
        return True if not self.only_fitting or part == self.now else self.candidates.fits(part)


def _is_wanted(line: Wish, wanted: Wish | None) -> bool:
    if isinstance(wanted, frozenset) and isinstance(line, frozenset):
        return line <= wanted
    return wanted is not None and line == wanted


def _small(title: str) -> str:
    """As in the middle of a sentence; GPU stays GPU."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
