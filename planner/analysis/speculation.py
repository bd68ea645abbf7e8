"""Decode with speculation: a draft of some tokens, and one pass of the model that checks them all.

A cycle yields the checked token and, of those drafted, as many as are kept: 1 + a + a² + … + a^k, where each is kept
with chance `a` once all before it were. Drafting reads a small model k times; checking reads the weights once for all
users' k + 1 tokens, and each user's cache once, but does all their arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.analysis.decode import DecodeTime, decode_time
from planner.analysis.speed_case import DraftSpeed, SpeedCase

VECTOR_TOKENS = 8
"""llama.cpp multiplies so many tokens at once by kernels made for one, which unpack every weight for each of them
(MMVQ_MAX_BATCH_SIZE); more go through kernels for matrices."""
VECTOR_ONLY = ("pre-tensor", "gcn")
"""Chips without matrix units: the rate they are rated at is that of the units that unpack."""


@dataclass(frozen=True, slots=True)
class Speculation:
    """One cycle, in which every user gets `per_cycle` tokens."""

    tokens: int
    """Drafted before each check."""
    accepted: float
    """Share of the drafted tokens that is kept."""
    per_cycle: float
    draft_s: float
    check: DecodeTime
    """The model's pass over all users' drafted tokens and the one before them."""
    between_s: float
    """Sampling, comparing and going back, on the host."""
    plain_s: float
    """A step without speculation."""
    users: float = 1.0

    @property
    def cycle_s(self) -> float:
        return self.draft_s + self.check.total_s + self.between_s

    @property
    def token_s(self) -> float:
        """Seconds per token of one user."""
        return self.cycle_s / self.per_cycle

    @property
    def gain(self) -> float:
        """How much faster than without; below 1 it is slower."""
        return self.plain_s / self.token_s


def speculation(case: SpeedCase, constants: Mapping[str, float], plain: DecodeTime | None = None) -> Speculation | None:
    """None where nothing is drafted. `plain`: a step without, where it is known already."""
    draft = case.draft
    if draft is None or draft.tokens < 1:
        return None
    plain = plain or decode_time(case, constants)
    per_cycle = tokens_per_cycle(draft, constants)
    passes = decode_time(replace(draft.step, users=case.users, depth=case.depth), constants).total_s
    passes += constants[f"draft_pass_ms {_kind(case)}"] * 1e-3
    return Speculation(
        tokens=draft.tokens,
        accepted=(per_cycle - 1) / draft.tokens,
        per_cycle=per_cycle,
        draft_s=draft.tokens * passes,
        check=_check(case, draft.tokens, plain, constants),
        between_s=_between_s(case, draft, constants),
        plain_s=plain.total_s,
        users=case.users,
    )


def token_seconds(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per token of one user, with speculation where something drafts."""
    found = speculation(case, constants)
    return found.token_s if found else decode_time(case, constants).total_s


def tokens_per_cycle(draft: DraftSpeed, constants: Mapping[str, float]) -> float:
    if draft.accepted is not None:
        return 1 + draft.tokens * draft.accepted
    chance = kept_chance(draft, constants)
    return float(sum(chance**place for place in range(draft.tokens + 1)))


def kept_chance(draft: DraftSpeed, constants: Mapping[str, float]) -> float:
    """Of a drafted token, once all before it were kept: by what drafts, and by the text where that is known."""
    miss = constants[f"miss {draft.kind}"]
    if draft.text:
        miss *= constants[f"miss text {draft.text}"]
    return 1 - min(1.0, miss)


def with_text(case: SpeedCase, text: str) -> SpeedCase:
    """The same with code or with prose, whatever was said of what is kept."""
    return case if case.draft is None else replace(case, draft=replace(case.draft, accepted=None, text=text))


def text_spread(case: SpeedCase, constants: Mapping[str, float]) -> tuple[float, float]:
    """With prose alone and with code alone, each against what is usual; ones where it is known what is kept.
    Cycles take equally long whatever the text: speeds differ as the tokens of a cycle do."""
    draft = case.draft
    if draft is None or draft.accepted is not None or draft.text:
        return 1.0, 1.0
    usual = tokens_per_cycle(draft, constants)
    prose, code = (tokens_per_cycle(replace(draft, text=text), constants) for text in ("prose", "code"))
    return prose / usual, code / usual


def _check(case: SpeedCase, drafted: int, plain: DecodeTime, constants: Mapping[str, float]) -> DecodeTime:
    """Weights, launches and copies as for so many tokens at once; each user's cache is read once for all of them."""
    many = decode_time(replace(case, users=case.users * (drafted + 1)), constants)
    beyond = plain.compute_s + _small_batch_s(case, case.users * drafted, many.weights_s, constants)
    return replace(many, cache_s=plain.cache_s, compute_s=max(many.compute_s, beyond))


def _small_batch_s(case: SpeedCase, more: float, weights_s: float, constants: Mapping[str, float]) -> float:
    """What llama.cpp's kernels take longer for each further token of a few: the weights are unpacked again for each.
    Batches too large for them go through matrix kernels, which take so much of the weights' time longer."""
    if case.native or not case.cards:
        return 0.0
    reach = constants[f"check_reach {case.bits}"]
    seconds = 0.0
    for card, share in zip(case.kinds, case.kind_shares, strict=True):
        if card.tflops:
            rate = card.tflops * 1e12 * reach * constants.get(f"check group {card.group}", 1.0)
            if card.group in VECTOR_ONLY:
                rate *= constants["check_vector"]
            seconds += share * 2 * case.work.params_read * more / rate
    seconds /= case.parallel
    if case.users + more <= VECTOR_TOKENS:
        return seconds
    return min(seconds, constants["check_whole"] * weights_s)


def _between_s(case: SpeedCase, draft: DraftSpeed, constants: Mapping[str, float]) -> float:
    found = constants[f"draft_cycle_ms {_kind(case)}"] * 1e-3
    if draft.kind == "model" and case.work.recurrent_layers and not case.native:
        found += constants["draft_rollback_ms"] * 1e-3  # recurrent states are copied out and back
    return found


def _kind(case: SpeedCase) -> str:
    return "native" if case.native else "llama.cpp"
