"""Published speeds near a situation: the same chips, and the same model or one of its kin."""

import re
from collections.abc import Sequence
from functools import lru_cache

from planner.domain.measurement import Measurement

NEAREST = 3
_SIZE = re.compile(r"(?:^|-)((?:a|e)?\d+(?:\.\d+)?b)(?=-|$)")


@lru_cache(maxsize=4096)
def kin(model: str) -> tuple[str, ...]:
    """Family and sizes in an id: llama-3-70b and llama-3.3-70b are kin, qwen3-30b-a3b and qwen3-32b are not."""
    family = re.match(r"[a-z]+", model)
    return (family[0] if family else model, *_SIZE.findall(model))


def nearest(
    measurements: Sequence[Measurement], model: str, quant: str, chips: tuple[str, ...]
) -> tuple[Measurement, ...]:
    """Up to three rows on these chips: same model, quantisation and count before others, good sources first."""
    wanted = kin(model)
    same = [m for m in measurements if m.chip in chips and m.users == 1 and not m.offload and kin(m.model) == wanted]
    ranked = sorted(
        same,
        key=lambda m: (abs(m.count - len(chips)), m.quant != quant, m.model != model, m.quality, m.depth),
    )
    return tuple(ranked[:NEAREST])
