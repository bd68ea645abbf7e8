"""Engines that claim a share of every card and turn what weights and activations leave into a pool for the cache:
vLLM, SGLang, TensorRT-LLM. It fits when the pool holds the asked context of all users."""

from planner.analysis.compute_buffer import live_values
from planner.analysis.fit_task import Layout, Task
from planner.analysis.kv_cache import Cache, LayerKind, kv_bytes, layer_kinds
from planner.analysis.memory_result import Share
from planner.domain.model import Model
from planner.domain.units import GIB, MIB

PAGE = 16
LARGE_CARD = 70 * GIB
SEQUENCES, SEQUENCES_LARGE = 256, 1024
"""Sequences sampled at once, at most, by default; more on cards of 70 GiB and up, which also read larger batches."""
SAMPLER_COPIES = 9.6
"""Copies of the 32-bit logits of all sequences while the engine tries its peak (vLLM 0.11 on H100, 7 loads, 2 %)."""
HYBRID_WASTE = 1.1
"""Recurrent layers make the pages uneven: about a tenth is lost."""
PAD_TO = 256
"""Experts in MXFP4 are padded to a multiple of this width: 2,880 to 3,072."""
PROCESS_RAM_GIB = 3.0
"""Of each card's process (assumed)."""


class PoolPlan:
    def __init__(self, task: Task) -> None:
        self.task = task
        self._parts = task.used if task.workload.split == "tensor" else 1
        self._stages = task.used if task.workload.split == "layer" else 1
        self._layers = stage_layers(task.model.layers, self._stages, task.engine.middle_stages_first)
        self._kinds = layer_kinds(task.model)
        smallest = min(card.usable for card in task.cards[: task.used])
        self._activation = activation_bytes(task.model, task.batch, smallest, self._parts)

    def layout(self, context: int) -> Layout:
        cache = self.task.cache(context, PAGE)
        shares = tuple(self._share(place, cache) for place in range(len(self.task.cards)))
        ram = Share("ram", "System RAM", 0.0, 0.0, PROCESS_RAM_GIB * GIB * self.task.used, 0.0, 0.0, 0.0)
        held = [self._layers[place] if self._stages > 1 else self.task.model.layers for place in range(self.task.used)]
        idle = [0] * (len(self.task.cards) - self.task.used)
        return Layout((*shares, ram), (*held, *idle, 0))

    def keeps_margin(self, context: int) -> bool:
        return self.layout(context).least_free >= self.task.margin

    def _share(self, place: int, cache: Cache) -> Share:
        card, engine = self.task.cards[place], self.task.engine
        if place >= self.task.used:
            return Share(card.key, card.label, 0.0, 0.0, 0.0, 0.0, card.reserved, card.usable)
        outside = (card.usable - card.hidden) * (1 - self.task.memory_share)
        context = (engine.overhead_mib or 0.0) * MIB + (engine.tensor_overhead_mib * MIB if self._parts > 1 else 0.0)
        return Share(
            device=card.key,
            label=card.label,
            weights=self._weights(place),
            kv=self._kv(place, cache),
            compute=self._activation + engine.graphs_mib * MIB,
            context=context,
            reserved=card.hidden + card.extra + max(outside, card.desktop + card.context),
            usable=card.usable,
        )

    def _weights(self, place: int) -> float:
        weights, model = self.task.weights, self.task.model
        padding = padding_share(model)
        if self._stages == 1:
            return (weights.file + padding * sum(weights.experts) + self.task.encoders) / self._parts
        first = sum(self._layers[:place])
        mine = slice(first, first + self._layers[place])
        held = sum(weights.layers[mine]) + padding * sum(weights.experts[mine])
        ends = (weights.table + self.task.encoders if place == 0 else 0.0) + (
            weights.output if place == self._stages - 1 else 0.0
        )
        return held + ends

    def _kv(self, place: int, cache: Cache) -> float:
        first = sum(self._layers[:place]) if self._stages > 1 else 0
        mine = self._kinds.numbers[first : first + self._layers[place]] if self._stages > 1 else self._kinds.numbers
        size = 0.0
        for number, kind in enumerate(self._kinds.distinct):
            size += mine.count(number) * (self._part(kind) * kv_bytes(kind, cache) + self._state(kind, cache))
        return size * (HYBRID_WASTE if self.task.model.layer_kinds else 1.0)

    def _part(self, kind: LayerKind) -> float:
        """A card holds whole key-value heads, at least one; a latent cache is held by every card."""
        if not kind.value_width or self._parts == 1:
            return 1.0
        heads = max(1, self.task.model.kv_heads)
        return -(-heads // self._parts) / heads

    def _state(self, kind: LayerKind, cache: Cache) -> float:
        """Recurrent state, kept in 16 bit by default."""
        return cache.slots * kind.state_bytes / 2 / self._parts


def padding_share(model: Model) -> float:
    """What padding adds to the experts, of models published in MXFP4."""
    if model.family != "gpt-oss" or model.moe is None:
        return 0.0
    width = model.moe.expert_intermediate
    return -(-width // PAD_TO) * PAD_TO / width - 1


def activation_bytes(model: Model, batch: int, card: float, parts: int) -> float:
    """The peak the engine sets aside: prompt tokens in 16 bit, shared by the cards, or sampling, which is not."""
    large = card >= LARGE_CARD
    prompt = batch * (4 if large else 1) * live_values(model) * 2 / parts
    return max(prompt, SAMPLER_COPIES * (SEQUENCES_LARGE if large else SEQUENCES) * model.vocab * 4)


def stage_layers(layers: int, stages: int, middle_first: bool = False) -> tuple[int, ...]:
    """Pipeline stages; what does not divide goes to the last ones, or to those before the last, which has the head
    (vllm/distributed/utils.py, get_pp_indices)."""
    even, rest = divmod(layers, stages)
    last = stages - 1 if middle_first else stages
    return tuple(even + (1 if last - rest <= stage < last else 0) for stage in range(stages))
