"""The devices a model lies on as findings name them: cards, or system memory where there is none."""

from planner.analysis.memory import Memory
from planner.analysis.memory_result import RAM
from planner.domain.rig import Rig
from planner.rules.words import card_name


def device_parts(fit: Memory) -> tuple[str, ...]:
    """Keys of parts of the build."""
    return tuple(share.device for share in fit.cards) or ("memory",)


def device_name(rig: Rig, key: str) -> str:
    return "system memory" if key == RAM else card_name(rig, key)
