"""What every writer of launch commands stands on: the plan with all its parts in hand, and which cards it uses."""

from dataclasses import dataclass

from planner.analysis.memory import Memory
from planner.analysis.quantisation import Format
from planner.documents.launch_shell import Flag, lines, safe_name
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.rig import Rig
from planner.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class Command:
    """Lines to type, or the text of a file."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Launch:
    engine: str
    commands: tuple[Command, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoLaunch:
    """Why no command is given: one that cannot work would be worse than none."""

    engine: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What every engine's writer needs, all of it present."""

    rig: Rig
    work: Workload
    model: Model
    engine: Engine
    fit: Memory
    format: Format

    @property
    def cards(self) -> int:
        return len(self.rig.cards)

    @property
    def used_cards(self) -> int:
        """1 without any, too: then the CPU is the one device."""
        return 1 if self.work.split == "none" else max(1, self.cards)

    @property
    def only(self) -> int | None:
        """Number of the one card that works, counted from 0, where there are others: the fit takes the roomiest."""
        if self.work.split != "none" or self.cards < 2:
            return None
        return [card.key for card in self.rig.cards].index(self.fit.shares[0].device)

    @property
    def mixed(self) -> bool:
        return len({(card.chip.id, card.vram_gib) for card in self.rig.cards}) > 1

    @property
    def nvidia(self) -> bool:
        return all(card.chip.vendor.upper() == "NVIDIA" for card in self.rig.cards)

    @property
    def windows(self) -> bool:
        return self.work.host == "windows"

    @property
    def drafted(self) -> bool:
        """Whether the fit counts a draft model or the model's own block."""
        return self.rig.draft is not None and any(share.draft for share in self.fit.devices)

    @property
    def drafts_itself(self) -> bool:
        return self.rig.draft is not None and self.rig.draft.id == self.model.id

    @property
    def images(self) -> bool:
        return any(share.images for share in self.fit.devices)

    @property
    def stem(self) -> str:
        """Name of the model as files are called."""
        return stem(self.model)

    def shell(
        self, program: str, flags: list[Flag], environment: tuple[tuple[str, object], ...] = ()
    ) -> tuple[str, ...]:
        return lines(program, flags, environment, self.windows)


def stem(model: Model) -> str:
    return safe_name(model.hf_repo.rstrip("/").rsplit("/", 1)[-1] or model.id)


PCI_ORDER = ("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
"""CUDA counts the fastest card first; this way it counts as nvidia-smi does."""


def only_card(plan: Plan) -> tuple[tuple[str, object], ...]:
    """Shows the engine one card of several: their numbers follow the PCI bus."""
    if plan.only is None:
        return ()
    if plan.nvidia:
        return (PCI_ORDER, ("CUDA_VISIBLE_DEVICES", plan.only))
    amd = all(card.chip.vendor.upper() == "AMD" for card in plan.rig.cards)
    return (("HIP_VISIBLE_DEVICES", plan.only),) if amd else ()


def order_note(plan: Plan) -> str:
    """What the numbers of the cards rest on."""
    named = ", ".join(f"{place} is {card.label}" for place, card in enumerate(plan.rig.cards))
    look = "nvidia-smi --query-gpu=index,pci.bus_id,name --format=csv" if plan.nvidia else "lspci"
    return (
        f"Cards are counted along the PCI bus, from 0; taken here: {named}. Boards number their slots as they like: "
        f"compare with {look}, and exchange the numbers where it says otherwise."
    )


def draft_note(plan: Plan) -> str | None:
    """What was asked for and is in neither the command nor the plan's memory."""
    draft = plan.rig.draft
    if draft is None or plan.drafted:
        return None
    return (
        f"Speculation with {draft.name} is left out: its memory in {plan.engine.name} is not worked out here, so it is "
        "not part of this plan."
    )


class NoCommand(Exception):
    """Carries the reason out of a writer."""
