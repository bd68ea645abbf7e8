"""Which card holds which layer. The output counts as one layer more; RAM is device -1."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from planner.analysis.compute_buffer import Part
from planner.analysis.kv_cache import Cache, LayerKind, LayerKinds, kv_bytes

RAM = -1
"""Also the place of RAM in a list of devices."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one device holds of the model."""

    weights: float
    kinds: tuple[tuple[LayerKind, int], ...]
    """Kinds of its layers and how many of each."""
    layers: int
    has_output: bool
    borrowed: tuple[LayerKind, ...] = ()
    """Caches on other cards that its layers read, once a layer."""

    def part(self, cache: Cache) -> Part:
        """As the compute buffer asks."""
        return Part(self.layers, sum([kv_bytes(kind, cache) for kind in self.borrowed]))

    def kv(self, cache: Cache) -> float:
        """Cache and recurrent state."""
        return sum(n * (kv_bytes(kind, cache) + cache.slots * kind.state_bytes) for kind, n in self.kinds)


def proportional(layers: int, shares: Sequence[float], in_ram: int = 0) -> tuple[int, ...]:
    """llama.cpp's own split: a layer goes to the first card whose running share passes the layer's place."""
    return _proportional(layers, tuple(shares), in_ram)


@lru_cache(maxsize=1024)
def _proportional(layers: int, shares: tuple[float, ...], in_ram: int) -> tuple[int, ...]:
    total = sum(shares)
    edges = [running / total for running in accumulate(shares)][:-1]
    placed = layers + 1 - in_ram
    return (RAM,) * in_ram + tuple([bisect_right(edges, place / placed) for place in range(placed)])


def filled(sizes: Sequence[float], rooms: Sequence[float], spare: float, in_ram: int = 0) -> tuple[int, ...] | None:
    """Each card takes the next layers up to its room less `spare`; None where that is too much. If any split into
    consecutive runs fits, this one does. The last card also takes the output, which is not among the sizes."""
    devices, device, left = [RAM] * in_ram, 0, rooms[0] - spare
    for size in sizes[in_ram:]:
        while size > left and device < len(rooms) - 1:
            device += 1
            left = rooms[device] - spare
        if size > left:
            return None
        left -= size
        devices.append(device)
    if rooms[-1] < spare:
        return None
    return (*devices, len(rooms) - 1)


def levelled(sizes: Sequence[float], rooms: Sequence[float], wanted: float, in_ram: int = 0) -> tuple[int, ...] | None:
    """The split that leaves the fullest card the most room; at least `wanted` where that is possible."""
    best = filled(sizes, rooms, wanted, in_ram)
    low, high = (wanted, max(rooms)) if best else (-max(sizes, default=0.0) * len(sizes), wanted)
    for _ in range(14):
        middle = (low + high) / 2
        trial = filled(sizes, rooms, middle, in_ram)
        low, high = (middle, high) if trial else (low, middle)
        best = trial or best
    return best


def loads(
    devices: tuple[int, ...], cards: int, layer_weights: Sequence[float], output: float, kinds: LayerKinds
) -> tuple[Load, ...]:
    """One load per card, and RAM's last."""
    output_on = devices[-1] % (cards + 1)
    return tuple(
        [
            Load(
                weights=sum([layer_weights[layer] for layer in mine]) + (output if device == output_on else 0.0),
                kinds=held,
                layers=len(mine),
                has_output=device == output_on,
                borrowed=borrowed,
            )
            for device, (mine, held, borrowed) in enumerate(_held(devices, cards, kinds))
        ]
    )


Held = tuple[tuple[int, ...], tuple[tuple[LayerKind, int], ...], tuple[LayerKind, ...]]


@lru_cache(maxsize=1024)
def _held(devices: tuple[int, ...], cards: int, kinds: LayerKinds) -> tuple[Held, ...]:
    """Layers of each card and of RAM, how many of each kind they are, and the caches they read elsewhere."""
    held: list[list[int]] = [[] for _ in range(cards + 1)]
    for layer, device in enumerate(devices[:-1]):
        held[device].append(layer)
    counts = [Counter([kinds.numbers[layer] for layer in mine]) for mine in held]
    return tuple(
        (tuple(mine), tuple((kinds.distinct[n], many) for n, many in count.items()), _borrowed(mine, kinds))
        for mine, count in zip(held, counts, strict=True)
    )


def _borrowed(mine: Sequence[int], kinds: LayerKinds) -> tuple[LayerKind, ...]:
    here = set(mine)
    return tuple(
        kinds.distinct[kinds.numbers[lender]] for layer, lender in kinds.lenders if layer in here and lender not in here
    )


def largest_that(holds: Callable[[int], bool], most: int, guess: int) -> int:
    """The largest n from 0 to `most` for which `holds`, searched from `guess` outwards. 0 is taken for granted, and
    `holds` must not come back once it failed."""
    low, high = 0, most + 1
    step, place = 1, min(max(guess, 1), most)
    while low < place < high:
        if holds(place):
            low = place
            place += step
        else:
            high = place
            place -= step
        step *= 4
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
