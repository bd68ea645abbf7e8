"""Which record a written name means: `RTX 4090`, `rtx-4090`, `GeForce RTX 4090`. What people type while they look for a
part is the finder's; here a name means one record or is doubtful, and slips are not forgiven."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

FILLER = frozenset(
    ("nvidia", "geforce", "rtx", "gtx", "amd", "radeon", "intel", "arc", "quadro", "tesla", "edition", "gb", "instruct")
)
"""Words a name may have or lack without being another part."""
USUAL = FILLER | {"workstation"}
"""Words that make a name longer without making the part a rarer one."""
SHORT = {"fe": "founders", "tr": "threadripper"}
"""What people type for a word of the name."""


class Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


@dataclass(frozen=True)
class Doubtful(Exception, Generic[N]):
    """No single part is meant: the candidates, best first (close names when nothing matched at all)."""

    wanted: str
    kind: str
    candidates: tuple[str, ...]
    close: bool

    def __str__(self) -> str:
        listed = ", ".join(self.candidates[:8]) + (" …" if len(self.candidates) > 8 else "")
        if not self.candidates:
            return f"no {self.kind} is called “{self.wanted}”"
        if self.close:
            return f"no {self.kind} is called “{self.wanted}”; close to it: {listed}"
        return f"“{self.wanted}” may mean several {self.kind}s: {listed}"


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """Lower-case words, split where letters meet digits: `HX1500i` -> hx 1500 i."""
    return tuple(re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.lower()))


def _text(record: Named) -> str:
    return f"{getattr(record, 'vendor', '')} {record.name} {record.id}"


def run_together(text: str) -> str:
    """HX1500i -> hx1500i, E-ATX -> eatx."""
    return "".join(words(text))


def _holding(records: Iterable[N], typed: str) -> list[N]:
    """Records that hold every word (as the beginning of a word, or inside the text run together), best first."""
    wanted = words(typed)
    scored = [(score, i, r) for i, r in enumerate(records) if (score := _score(wanted, typed, _text(r))) is not None]
    return [record for _, _, record in sorted(scored, key=lambda s: (s[0], s[1]))]


def _score(wanted: Sequence[str], typed: str, text: str) -> float | None:
    """Smaller is better: how many words of the name were not asked for; None when a word is nowhere."""
    have = words(text)
    squeezed = "".join(have)
    for word in wanted:
        if not any(h.startswith(word) for h in have) and word not in squeezed and SHORT.get(word) not in have:
            return None
    whole = sum(word in have or SHORT.get(word) in have for word in wanted)
    return len(set(have) - USUAL) - 3 * whole - (5 if typed.lower() in text.lower() else 0)


def match(records: Iterable[N], typed: str, kind: str) -> N:
    """The one record meant by a name as people write it; `Doubtful` when none or several are."""
    known = list(records)
    exact = [r for r in known if typed.lower() in (r.id.lower(), r.name.lower())]
    if len(exact) == 1:
        return exact[0]
    wanted = _telling(typed)
    same = [r for r in known if wanted and wanted in (_telling(r.name), _telling(r.id))]
    if len(same) == 1:
        return same[0]
    found = same or _holding(known, typed)
    if len(found) == 1:
        return found[0]
    if found:
        raise Doubtful(typed, kind, tuple(r.name for r in found), close=False)
    close = difflib.get_close_matches(typed.lower(), [r.name.lower() for r in known], n=5, cutoff=0.5)
    raise Doubtful(typed, kind, tuple(r.name for r in known if r.name.lower() in close), close=True)


def _telling(text: str) -> frozenset[str]:
    """The words that tell parts apart."""
    return frozenset(words(text)) - FILLER


def match_any(groups: dict[str, Iterable[Any]], typed: str) -> Any:
    """Over several kinds at once; the first kind that has exactly one wins."""
    last: Doubtful[Any] | None = None
    for kind, records in groups.items():
        try:
            return match(records, typed, kind)
        except Doubtful as doubt:
            last = doubt if last is None or (last.close and not doubt.close) else last
    raise last or Doubtful(typed, "part", (), close=True)
