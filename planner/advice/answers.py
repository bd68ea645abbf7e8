"""What people ask of a build: how long a context, how many users, which quantisation, and what to change to make a
model fit. Pure functions of a rig; every offer has been tried."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from planner.advice.quality import Quality, quality, usual_quants
from planner.analysis.fit import Planned, planned
from planner.analysis.lanes import Lanes
from planner.analysis.memory import MARGIN_GIB, Fit, Refused, quick_fit
from planner.analysis.placement import largest_that
from planner.analysis.rig_speed import rig_case
from planner.analysis.throughput import decode_range
from planner.domain.model import FileSize
from planner.domain.rig import Rig
from planner.domain.steps import Range
from planner.domain.units import show_tokens
from planner.domain.workload import Workload

MOST_USERS = 4096
SMALLER_CACHES = ("q8_0", "fp8", "q4_0")
CACHE_LOSS = {
    "q8_0": "next to no loss",
    "fp8": "small loss, most of it at long context",
    "q4_0": "loss that shows, most of it at long context",
}
Sizes = Mapping[tuple[str, str], FileSize]


@dataclass(frozen=True, slots=True)
class QuantAnswer:
    quant: str
    bits_per_weight: float
    quality: Quality | None
    fit: Fit
    decode: Range | None


@dataclass(frozen=True, slots=True)
class Way:
    """One change that makes the workload fit, with what it costs."""

    kind: str
    """kv, context, split, ratio, headless, quant, experts, layers, card."""
    label: str
    changes: Mapping[str, Any]
    """Of the workload; empty where parts change or a split is set by hand."""
    fit: Fit
    decode: Range | None
    """Speed after the change; None where it cannot be estimated."""
    faster_by: float | None
    """Change of decode speed as a factor; None where the model did not fit before."""
    quality: str = ""
    """What it costs in quality; empty for nothing."""


def largest_context(rig: Rig, margin_gib: float = MARGIN_GIB) -> int | None:
    """Tokens that keep the margin free on every card, 0 where none does; None where nothing can be said."""
    found = planned(rig, margin_gib)
    if not isinstance(found, Planned):
        return None
    context = found.task.workload.context
    return found.max_context(context, found.plan.layout(context).least_free)


def most_users(rig: Rig, context: int | None = None, margin_gib: float = MARGIN_GIB) -> int | None:
    """How many can have this much context each, at once; None where nothing can be said."""
    if rig.workload is None or not isinstance(planned(rig, margin_gib), Planned):
        return None
    asked = context or rig.workload.context

    def holds(users: int) -> bool:
        after = quick_fit(_asking(rig, users=users, context=asked), margin_gib)
        return isinstance(after, Fit) and after.roomy

    return largest_that(holds, MOST_USERS, 1)


def best_quant(
    rig: Rig, lanes: Lanes | None = None, sizes: Sizes | None = None, margin_gib: float = MARGIN_GIB
) -> QuantAnswer | None:
    """The one with the most bits that keeps the margin; None where none does."""
    for quant, fit, tried in _quants(rig, sizes or {}, margin_gib):
        if fit.roomy:
            return QuantAnswer(quant, fit.bits_per_weight, quality(quant), fit, decode_of(tried, lanes, fit))
    return None


def decode_of(rig: Rig, lanes: Lanes | None, fit: Fit) -> Range | None:
    """Tokens per second of one user; None where it does not fit or a figure is not known."""
    if not fit.fits or rig.calibration is None:
        return None
    found = rig_case(rig, lanes, fit)
    if found is None or any(card.tflops is None for card in found[0].cards):
        return None
    return decode_range(found[0], rig.calibration)


def ways_to_fit(
    rig: Rig, lanes: Lanes | None = None, sizes: Sizes | None = None, margin_gib: float = MARGIN_GIB
) -> tuple[Way, ...]:
    """What would make it fit with the margin: what costs no quality first, parts last. Empty where it fits."""
    now = quick_fit(rig, margin_gib)
    if rig.workload is None or not isinstance(now, Fit) or now.roomy:
        return ()
    trial = _Trial(rig, lanes, margin_gib, decode_of(rig, lanes, now))
    found = (
        *trial.headless(),
        *trial.ratio(),
        *trial.layer_split(),
        *trial.cache(),
        *trial.context(),
        *trial.quant(now.bits_per_weight, sizes or {}),
        *trial.experts(),
        *trial.layers(),
        *trial.card(),
    )
    return tuple(found)


def with_cards(rig: Rig, change: int) -> Rig | None:
    """The rig with so many more cards like its last, on no particular slot, or so many fewer; None where none is
    left."""
    if not rig.cards or len(rig.cards) + change < 1:
        return None
    if change <= 0:
        return replace(rig, cards=rig.cards[: len(rig.cards) + change])
    last, number = rig.cards[-1], _highest(rig)
    more = [
        replace(last, key=f"gpu-{number + n}", slot=None, slot_name=None, riser=None, bay=None)
        for n in range(1, change + 1)
    ]
    split = rig.workload.split if rig.workload else "layer"
    together = _asking(rig, split="layer") if split == "none" else rig
    return replace(together, cards=(*rig.cards, *more))


def _highest(rig: Rig) -> int:
    return max(int(card.key.rsplit("-", 1)[1]) for card in rig.cards)


def _asking(rig: Rig, **changes: Any) -> Rig:
    """The rig under another workload. Only our own values go in, so nothing is validated again."""
    assert rig.workload is not None
    return replace(rig, workload=rig.workload.model_copy(update=changes))


def _quants(rig: Rig, sizes: Sizes, margin_gib: float) -> Iterator[tuple[str, Fit, Rig]]:
    """Every usual quantisation of the model with its fit, most bits first."""
    if rig.model is None or rig.engine is None or rig.workload is None:
        return
    found = []
    for quant in usual_quants(rig.engine, rig.model):
        tried = replace(_asking(rig, quant=quant), file_size=sizes.get((rig.model.id, quant)))
        fit = quick_fit(tried, margin_gib)
        if isinstance(fit, Fit):
            found.append((quant, fit, tried))
    yield from sorted(found, key=lambda item: -item[1].bits_per_weight)


@dataclass(frozen=True, slots=True)
class Trying:
    kind: str
    label: str
    changes: Mapping[str, Any]
    rig: Rig
    """After the change."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """Tries changes on one rig; a change that does not help yields nothing."""

    rig: Rig
    lanes: Lanes | None
    margin_gib: float
    before: Range | None

    @property
    def work(self) -> Workload:
        assert self.rig.workload is not None
        return self.rig.workload

    def headless(self) -> Iterator[Way]:
        if self.work.host == "linux-desktop":
            yield from self._ask("headless", "Run without a desktop", host="linux-headless")
        elif self.work.host in ("windows", "wsl2"):
            yield from self._ask("headless", "Run Linux without a desktop", host="linux-headless")

    def ratio(self) -> Iterator[Way]:
        """For engines that do not shift layers by themselves."""
        rig, engine = self.rig, self.rig.engine
        if engine is None or engine.rebalances or engine.memory != "buffers" or self.work.split != "layer":
            return
        shifting = replace(rig, engine=engine.replace(rebalances=True))
        fit = quick_fit(shifting, self.margin_gib)
        if isinstance(fit, Fit) and fit.roomy:
            counts = ",".join(str(count) for device, count in fit.layers_per_device if device != "ram")
            label = f"Set the split by hand: {counts} layers (--tensor-split {counts})"
            yield self._way(Trying("ratio", label, {}, rig), fit)

    def layer_split(self) -> Iterator[Way]:
        if self.work.split != "layer" and len(self.rig.cards) > 1:
            yield from self._ask("split", "Split by layers over all cards", split="layer")

    def cache(self) -> Iterator[Way]:
        offered = self.rig.engine.kv_types if self.rig.engine else ()
        if self.work.kv_type not in ("f32", "f16", "bf16"):
            return
        for kind in SMALLER_CACHES:
            found = list(self._ask("kv", f"Keep the KV cache in {kind}", kv_type=kind)) if kind in offered else []
            if found:
                yield replace(found[0], quality=CACHE_LOSS[kind])
                return

    def context(self) -> Iterator[Way]:
        most = largest_context(self.rig, self.margin_gib) or 0
        if 0 < most < self.work.context:
            label = f"Reserve {show_tokens(most)} tokens of context"
            yield from self._ask("context", label, context=most, prompt=min(self.work.prompt, most))

    def quant(self, bits: float, sizes: Sizes) -> Iterator[Way]:
        for quant, fit, tried in _quants(self.rig, sizes, self.margin_gib):
            if fit.bits_per_weight < bits and fit.roomy:
                loss = quality(quant)
                said = loss.words if loss else "loss not measured"
                label = f"Use {quant}, {fit.bits_per_weight:.1f} bits"
                yield self._way(Trying("quant", label, {"quant": quant}, tried), fit, said)
                return

    def experts(self) -> Iterator[Way]:
        if self.rig.model is not None and self.rig.model.moe is not None:
            yield from self._in_ram("experts", "offload_experts", "Keep the experts of {} layers in system RAM")

    def layers(self) -> Iterator[Way]:
        if self.rig.model is not None and self.rig.model.moe is None:
            yield from self._in_ram("layers", "offload_layers", "Keep {} layers in system RAM")

    def _in_ram(self, kind: str, field: str, label: str) -> Iterator[Way]:
        least = least_in_ram(self.rig, field, self.margin_gib)
        if least is not None:
            yield from self._ask(kind, label.format(least), **{field: least})

    def card(self) -> Iterator[Way]:
        more = with_cards(self.rig, 1)
        fit = quick_fit(more, self.margin_gib) if more else None
        if more and isinstance(fit, Fit) and fit.roomy:
            yield self._way(Trying("card", f"Add another {self.rig.cards[-1].chip.name}", {}, more), fit)

    def _ask(self, kind: str, label: str, **changes: Any) -> Iterator[Way]:
        tried = _asking(self.rig, **changes)
        fit = quick_fit(tried, self.margin_gib)
        if isinstance(fit, Fit) and fit.roomy:
            yield self._way(Trying(kind, label, changes, tried), fit)

    def _way(self, tried: Trying, fit: Fit, loss: str = "") -> Way:
        after = decode_of(tried.rig, self.lanes, fit)
        faster = after.value / self.before.value if after and self.before else None
        return Way(tried.kind, tried.label, tried.changes, fit, after, faster, loss)


def least_in_ram(rig: Rig, field: str, margin_gib: float = MARGIN_GIB) -> int | None:
    """Fewest layers (`offload_layers`) or layers' experts (`offload_experts`) in system RAM with which it fits; None
    where no number does, the engine cannot, the RAM is not known, or there is no card to relieve."""
    if not rig.cards or rig.model is None or rig.engine is None or not rig.engine.offload or rig.memory is None:
        return None

    def tried(count: int) -> Fit | Refused | None:
        return quick_fit(_asking(rig, **{field: count}), margin_gib)

    def cards_lack(count: int) -> bool:
        after = tried(count)
        return not isinstance(after, Fit) or any(share.free < after.margin_bytes for share in after.cards)

    now, most = tried(0), rig.model.layers
    if not isinstance(now, Fit) or sum(share.free for share in now.shares) < 0:
        return None
    lacking = sum(max(0.0, now.margin_bytes - share.free) for share in now.cards)
    least = largest_that(cards_lack, most, round(lacking * most / now.weights_bytes)) + 1
    after = tried(least) if least <= most else None
    return least if isinstance(after, Fit) and after.roomy else None
