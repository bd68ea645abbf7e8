"""What the memory analysis hands on: one share per device, the verdict, or why the engine refuses."""

from dataclasses import dataclass

from planner.domain.steps import Step

RAM = "ram"
"""System RAM among the devices."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one device holds, in bytes. `device` is gpu-1 … or ram."""

    device: str
    label: str
    weights: float
    kv: float
    """KV cache and recurrent state."""
    compute: float
    context: float
    """Driver context and kernels."""
    reserved: float
    """Desktop or operating system, what the driver keeps, and what the engine may not take."""
    usable: float
    """What the driver reports (a card), or what is installed (RAM)."""
    draft: float = 0.0
    """Speculation: weights, cache and buffers of a draft model or of the next-token block."""
    images: float = 0.0
    """The projector that reads images, and what it works in."""

    @property
    def used(self) -> float:
        return self.weights + self.kv + self.compute + self.context + self.reserved + self.draft + self.images

    @property
    def free(self) -> float:
        return self.usable - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Where everything lies and whether that works, without its paper trail: enough for a table or a curve.

    `fits` means it loads; `tight` that it does with less than `margin_bytes` left on a card; `over` says by how much
    it does not.
    """

    fits: bool
    tight: bool
    over_bytes: float
    """How much is missing on the worst device, 0 when it fits."""
    total_over_bytes: float
    """How much all cards together lack, 0 when the sum would do."""
    margin_bytes: float
    tightest: str
    """The device with the least left."""
    shares: tuple[Share, ...]
    weights_bytes: float
    """The whole model, as read from a file or worked out tensor by tensor."""
    weights_from: str
    kv_bytes: float
    bits_per_weight: float
    layers_per_device: tuple[tuple[str, int], ...]
    ram_bytes: float
    """Needed in system RAM for weights, buffers and the OS."""
    format: str = "gguf"
    """gguf, exl2, exl3, awq, gptq, fp8, nvfp4, mxfp4, bf16 …: how the weights are stored."""
    shifted: bool = False
    """Layers were moved between cards, since the engine's even split would not have fitted."""

    @property
    def roomy(self) -> bool:
        """Loads, and keeps the margin."""
        return self.fits and not self.tight

    @property
    def cards(self) -> tuple[Share, ...]:
        return tuple(share for share in self.shares if share.device != RAM)

    @property
    def devices(self) -> tuple[Share, ...]:
        """Where the model works: the cards, or system RAM where there is none."""
        return self.cards or self.shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory(Fit):
    """The fit with how far the context reaches, and every figure worked out step by step."""

    why: str
    """Why `tightest` is the one."""
    kv_bytes_per_token: float
    max_context: int
    """Largest context (multiple of 256) that keeps the margin; 0 when none does; at most the model's own."""
    steps: tuple[Step, ...]
    not_modelled: tuple[str, ...]
    error_percent: float
    """Half-width of the band the total is known in, from measured loads."""
    overbooked: tuple[str, ...] = ()
    """Cards of which system and desktop hold more than the engine leaves: it claims its share at start, and fails."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The engine cannot do what was asked, whatever the memory: heads not divisible, format unknown, split unknown."""

    reason: str
    rule: str
    """cards, split, heads, format, kv, mixed, context, offload."""
