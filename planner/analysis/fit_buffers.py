"""Engines that take buffers of the size they need: llama.cpp and its kin, and ExLlama."""

from functools import lru_cache

from planner.analysis.compute_buffer import Streamed, Work, compute_bytes, host_bytes
from planner.analysis.fit_draft import NOTHING, DraftShare, draft_shares
from planner.analysis.fit_task import Layout, Task
from planner.analysis.kv_cache import Cache, kv_bytes, layer_kinds
from planner.analysis.memory_result import Share
from planner.analysis.placement import Load, filled, levelled, loads, proportional
from planner.domain.model import Model
from planner.domain.units import MIB

Unweighed = dict[int, tuple[tuple[float, float], ...]]
"""Tokens in the cache -> cache and working buffer of each card and, last, of RAM."""


@lru_cache(maxsize=1024)
def unweighed(model: Model, work: Work, devices: tuple[int, ...], asked: object) -> Unweighed:
    """Filled as contexts are asked for; all quantisations of a model on the same cards share one."""
    return {}


class BufferPlan:
    def __init__(self, task: Task) -> None:
        self.task = task
        self._kinds = layer_kinds(task.model)
        self._used, self._in_ram = task.used, task.in_ram
        self._layer_weights, self._experts_in_ram, self._streamed = self._sort_experts()
        self._rooms = [card.free for card in task.cards]
        self._drafting: tuple[Cache, tuple[DraftShare, ...]] | None = None
        self._pipeline = Work(
            logits_rows=task.logits_rows,
            cards=1 if task.engine.fused_experts or self._in_ram or self._experts_in_ram else self._used,
            experts=not self._experts_in_ram or task.workload.offload_experts < task.model.layers,
            first=not self._in_ram,
            fused=task.engine.fused_experts,
        )
        devices = proportional(task.model.layers, self._rooms[: self._used], self._in_ram)
        self._even_loads = self._loads(devices)
        asked = (task.cache(0), task.engine.memory, self._used, len(task.cards))
        self._unweighed = unweighed(task.model, self._pipeline, devices, asked)

    def layout(self, context: int) -> Layout:
        task = self.task
        cache = task.cache(context)
        if self._used > 1 and task.workload.split in ("row", "tensor"):
            return self._spread(cache)
        even = self._evenly(cache)
        if self._used == 1 or not task.engine.rebalances or even.least_free >= task.margin:
            return even
        if not self._kinds.lenders and sum([share.free for share in even.shares[:-1]]) < 0:
            return even  # all cards together lack memory: no other split helps
        moved = self._moved(cache)
        return moved if moved is not None and moved.least_free > max(even.least_free, 0.0) else even

    def keeps_margin(self, context: int) -> bool:
        """Whether some split of whole layers leaves every card its margin."""
        task = self.task
        if self._used == 1 or task.workload.split in ("row", "tensor"):
            return self.layout(context).least_free >= task.margin
        cache = task.cache(context)
        if self._evenly(cache).least_free >= task.margin:
            return True
        if not task.engine.rebalances:
            return False
        sizes, rooms = self._sizes(cache), self._rooms_left(cache)
        if sum(sizes[self._in_ram :]) > sum(rooms) - len(rooms) * task.margin:
            return False
        return filled(sizes, rooms, task.margin, self._in_ram) is not None

    def _sort_experts(self) -> tuple[tuple[float, ...], float, float]:
        """Layer sizes without experts in RAM, those experts, and the largest tensor streamed from RAM to a card."""
        weights, task = self.task.weights, self.task
        if not (self._in_ram or task.workload.offload_experts):
            return weights.layers, 0.0, 0.0
        moved = [size if layer < task.workload.offload_experts else 0.0 for layer, size in enumerate(weights.experts)]
        from_ram = [size for layer, size in enumerate(weights.largest) if layer < self._in_ram or moved[layer]]
        kept = tuple(size - gone for size, gone in zip(weights.layers, moved, strict=True))
        return kept, sum(moved), max(from_ram, default=0.0)

    def _loads(self, devices: tuple[int, ...]) -> tuple[Load, ...]:
        return loads(devices, len(self.task.cards), self._layer_weights, self.task.weights.output, self._kinds)

    def _evenly(self, cache: Cache) -> Layout:
        """The engine's own split; what its weights do not change is worked out once for all quantisations."""
        held = self._even_loads
        if self._streamed or self._in_ram or self._experts_in_ram or self.task.draft is not None:
            return self._along(held, cache)
        known = self._unweighed.get(cache.tokens)
        if known is None:
            along = self._along(held, cache)
            self._unweighed[cache.tokens] = tuple([(share.kv, share.compute) for share in along.shares])
            return along
        shares = [
            self._share(place, load.weights, kv, compute)
            for place, (load, (kv, compute)) in enumerate(zip(held[:-1], known[:-1], strict=True))
        ]
        return Layout((*shares, self._ram(held[-1].weights, *known[-1])), tuple([load.layers for load in held]))

    def _along(self, held: tuple[Load, ...], cache: Cache) -> Layout:
        """Whole layers on each card."""
        work = self._pipeline
        self._draft_along(cache)
        streamed = self._from_ram(held[0], cache) if self._streamed else None
        shares = [
            self._share(place, load.weights, load.kv(cache), self._compute(place, load, cache, work, streamed))
            for place, load in enumerate(held[:-1])
        ]
        ram = self._ram(held[-1].weights, held[-1].kv(cache), self._host(cache, work))
        return Layout((*shares, ram), tuple([load.layers for load in held]))

    def _from_ram(self, first: Load, cache: Cache) -> Streamed:
        """What prompts bring to the first card, whichever card holds the layer."""
        beyond = self.task.workload.offload_experts > self._in_ram + first.layers and self._used > 1
        kinds = {self._kinds.numbers[layer] for layer in range(self._in_ram)}
        cached = max([kv_bytes(self._kinds.distinct[kind], cache) for kind in kinds], default=0.0)
        return Streamed(self._streamed, cached, 2 if beyond else 1)

    def _compute(self, place: int, load: Load, cache: Cache, work: Work, streamed: Streamed | None = None) -> float:
        if place >= self._used or not (load.layers or load.has_output):
            return 0.0
        if self.task.engine.memory == "exllama":
            return 0.0
        brought = streamed if place == 0 else None
        return compute_bytes(
            self.task.model, cache, work, place, load.has_output, part=load.part(cache), streamed=brought
        )

    def _share(self, place: int, weights: float, kv: float, compute: float) -> Share:
        card, task = self.task.cards[place], self.task
        weights += task.encoders if place == 0 else 0.0
        context = card.context if place < self._used else 0.0
        if task.engine.overhead_mib is not None and place < self._used:
            extra = task.engine.tensor_overhead_mib if task.workload.split == "tensor" and place else 0.0
            context = (task.engine.overhead_mib + extra) * MIB
        draft = self._drafted(place).total
        images = task.images if place == 0 else 0.0
        return Share(card.key, card.label, weights, kv, compute, context, card.reserved, card.usable, draft, images)

    # ------------------------------------------------------------ speculation

    def _draft_along(self, cache: Cache) -> None:
        """Works out what drafting takes at this context; asked for once per context."""
        draft = self.task.draft
        if draft is not None and (self._drafting is None or self._drafting[0] != cache):
            self._drafting = cache, draft_shares(draft, tuple(self._rooms[: self._used]), cache)

    def _drafted(self, place: int) -> DraftShare:
        found = self._drafting[1] if self._drafting else ()
        return found[place] if place < len(found) else NOTHING

    def _ram(self, layers: float, kv: float, host: float) -> Share:
        weights = self.task.weights.table + layers + self._experts_in_ram
        return Share("ram", "System RAM", weights, kv, host, 0.0, 0.0, 0.0)

    def _host(self, cache: Cache, work: Work) -> float:
        return host_bytes(self.task.model, cache, work, bool(self._in_ram or self._experts_in_ram))

    # ------------------------------------------------------------ layers moved between cards

    def _sizes(self, cache: Cache) -> list[float]:
        """Of each layer with its cache."""
        slots = cache.slots
        each = [kv_bytes(kind, cache) + slots * kind.state_bytes for kind in self._kinds.distinct]
        return [size + each[number] for size, number in zip(self._layer_weights, self._kinds.numbers, strict=True)]

    def _rooms_left(self, cache: Cache) -> list[float]:
        """For layers, once context, buffers and the output are set aside."""
        self._draft_along(cache)
        work, task, rooms = self._pipeline, self.task, []
        for place, card in enumerate(task.cards):
            probe = Load(0.0, (), 1, place == len(task.cards) - 1)
            streamed = self._from_ram(probe, cache) if self._streamed else None
            share = self._share(place, 0.0, 0.0, self._compute(place, probe, cache, work, streamed))
            rooms.append(card.usable - share.used)
        rooms[-1] -= task.weights.output
        return rooms

    def _moved(self, cache: Cache) -> Layout | None:
        sizes = self._sizes(cache)
        rooms = self._rooms_left(cache)
        if sum(sizes[self._in_ram :]) > sum(rooms):
            return None
        devices = levelled(sizes, rooms, self.task.margin, self._in_ram)
        if devices is None:
            return None
        along = self._along(self._loads(devices), cache)
        return Layout(along.shares, along.layers, shifted=True)

    # ------------------------------------------------------------ every layer over every card

    def _spread(self, cache: Cache) -> Layout:
        """Row split: matrices over all cards, the rest on the first. Tensor split: cache and heads as well."""
        task = self.task
        self._draft_along(cache)
        whole = self._even_loads
        weights = sum(load.weights for load in whole[:-1])
        kv = sum(load.kv(cache) for load in whole[:-1])
        work, total = Work(logits_rows=task.logits_rows, fused=task.engine.fused_experts), sum(self._rooms)
        rows = task.workload.split == "row"
        shares = []
        for place, room in enumerate(self._rooms):
            part = room / total
            kept = (kv if place == 0 else 0.0) if rows else kv * self._cache_part(part)
            busy = Load(0.0, (), 1, True)
            compute = self._compute(place, busy, cache, work) if place == 0 or not rows else 0.0
            shares.append(self._share(place, weights * part, kept, compute))
        ram = self._ram(whole[-1].weights, whole[-1].kv(cache), self._host(cache, work))
        layers = task.model.layers - self._in_ram
        return Layout((*shares, ram), (*(layers for _ in task.cards), self._in_ram))

    def _cache_part(self, part: float) -> float:
        """Heads are whole: fewer heads than cards are copied, and a latent cache is one head."""
        if self.task.model.attention.kv_lora_rank:
            return 1.0
        return max(part, 1 / max(1, self.task.model.kv_heads))
