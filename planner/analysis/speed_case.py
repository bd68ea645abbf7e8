"""The bare situation whose speed is estimated. A rig and a measured row both become one."""

import re
from dataclasses import dataclass, field

from planner.analysis.model_work import ModelWork
from planner.domain.parts import Chip, Cpu
from planner.domain.steps import Step

NATIVE = ("vllm", "vllm-2024", "vllm-2023", "tensorrt", "exl")
"""Engine classes that keep every weight on the cards and fuse their attention."""
LLAMA_CHUNK = 512
NATIVE_CHUNK = 2048
"""Tokens of a prompt worked on at once, where the user does not say."""
AMD_FAMILIES = ("rdna2", "rdna3", "rdna4", "strix", "gcn", "cdna")
INLINE_ECC = ("GDDR6",)
HBM_FAMILIES = ("volta", "ampere-hbm", "hopper", "blackwell-hbm")
_GROUPS = {
    "nv-gddr": ("turing", "ampere", "ada", "blackwell", "gb10"),
    "nv-hbm": HBM_FAMILIES,
    "pre-tensor": ("maxwell", "pascal", "pascal-hbm", "turing-16"),
    "rdna": ("rdna2", "rdna3", "rdna4", "strix"),
    "apple-old": ("apple-m1m2", "apple-m1m2-ultra"),
    "apple-new": ("apple-m3m4", "apple-m3m4-ultra"),
    "cdna": ("cdna",),
    "gcn": ("gcn",),
    "xe": ("xe", "xe2"),
}
_GROUP_OF = {family: group for group, families in _GROUPS.items() for family in families}


@dataclass(frozen=True, slots=True)
class CardSpeed:
    """One card as the estimate sees it."""

    label: str
    chip: str
    family: str
    memory_gb_s: float
    tflops: float | None
    """Dense fp16 matrix rate; None where not published."""
    stock_w: float
    limit_w: float
    link_gb_s: float
    """Raw rate to the CPU, one direction."""
    inline_ecc: bool = False
    """Whether check bits lie in the same memory as the data, and are read with them."""
    group: str = field(init=False)
    """Families whose constants are alike."""
    laptop: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "group", _GROUP_OF.get(self.family, self.family))
        object.__setattr__(self, "laptop", "Laptop" in self.label)

    @property
    def power_share(self) -> float:
        return min(1.0, self.limit_w / self.stock_w)

    @property
    def traits(self) -> tuple[object, ...]:
        """All that the time of its own work depends on: not its name and not its slot."""
        return (
            self.chip,
            self.family,
            self.memory_gb_s,
            self.tflops,
            self.stock_w,
            self.limit_w,
            self.inline_ecc,
            self.laptop,
        )


@dataclass(frozen=True, slots=True)
class HostSpeed:
    ram_gb_s: float
    """Of all populated channels of all sockets, by the book."""
    sockets: int = 1
    cores: int | None = None
    """Performance cores, where there are two kinds."""
    vector: str = "avx2"
    """What a core multiplies with: sse; avx (units of 128 bits); avx2; avx2-new (Zen 2, Alder Lake and later, whose
    caches and clocks keep them busy); bf16 (AVX-512 with BF16); bf16-full (that of Zen 5, 512 bits wide); neon."""
    duplicated: bool = False
    """Each socket keeps its own copy of the weights, as KTransformers does."""
    ceiling_gb_s: float | None = None
    """What the processors of all sockets can draw of that, where few chiplets or a measurement limit them."""
    watts: float | None = None
    """What the processors of all sockets may draw for long; None where not known."""
    steps: tuple[Step, ...] = ()
    """How the bandwidth was worked out."""


@dataclass(frozen=True, slots=True)
class DraftSpeed:
    """Speculation: what drafts, how many tokens at a time, and what is known of how many are kept."""

    kind: str
    """block: the model's own next-token block; model: a draft model."""
    tokens: int
    """Drafted before each check."""
    step: "SpeedCase"
    """One pass of what drafts."""
    accepted: float | None = None
    """Share of drafted tokens that is kept, as engines print it; None where only the kind tells."""
    text: str = ""
    """code or prose, where that is known instead."""


@dataclass(frozen=True, slots=True)
class SpeedCase:
    cards: tuple[CardSpeed, ...]
    work: ModelWork
    rest_bytes: float
    """Weights every token reads: all but tables and routed experts."""
    routed_bytes: float
    """All routed experts; 0 for a dense model."""
    bits: str
    """16, 8, 4 or low."""
    engine: str
    """Engine class; see `engine_class`."""
    kernels: str = ""
    """What multiplies the weights in vLLM and its like; see `kernels_of`."""
    context_ways: int = 1
    """Cards among which each user's cache is cut by tokens (decode context parallelism)."""
    plain: bool = False
    """Whether blocks of weights have one scale each, which is unpacked in fewer steps than scales of scales."""
    unpacking: str = "quant"
    """What CPU kernels make of the weights; see `unpacking_of`."""
    split: str = "none"
    shares: tuple[float, ...] = ()
    """Share of the cards' weights on each card; empty: equal."""
    link: str = "pcie"
    """nvlink, pcie (cards reach each other), pcie-host (only through RAM), pcie-far (chipset, sockets) or fabric."""
    link_gb_s: float = 25.0
    """Practical, one direction, of the slowest pair."""
    depth: float = 0.0
    """Mean tokens in the cache while decoding."""
    prompt: float = 512.0
    prompt_depth: float = 0.0
    """Tokens already in the cache when the prompt is read."""
    users: float = 1.0
    micro_batch: int = LLAMA_CHUNK
    kv_bytes: float = 2.0
    """Bytes per cache element."""
    fused: bool = True
    fused_experts: bool = True
    """Whether llama.cpp chooses and runs experts in few launches, as it does since late 2025."""
    backend: str = ""
    """vulkan where the engine runs on it; ik for ik_llama.cpp, sglang for SGLang, whose kernels differ."""
    era: str = ""
    """2023 for builds of before mid 2024, 2025 for those of before 2026; empty for now."""
    earlier: bool = False
    """A build of before mid 2026."""
    windows: bool = False
    """Launches cost more under its driver model."""
    layers_in_ram: float = 0.0
    """Share of whole layers kept in system RAM."""
    experts_in_ram: float = 0.0
    """Share of the routed experts kept in system RAM."""
    host: HostSpeed | None = None
    draft: DraftSpeed | None = None
    count: int = field(init=False, repr=False, compare=False)
    native: bool = field(init=False, repr=False, compare=False)
    """Whether the engine keeps every weight on the cards."""
    parallel: int = field(init=False, repr=False, compare=False)
    """Cards that work on one token at the same time."""
    kinds: tuple[CardSpeed, ...] = field(init=False, repr=False, compare=False)
    """One card of each kind: the work of equal cards takes equally long, and is estimated once."""
    kind_shares: tuple[float, ...] = field(init=False, repr=False, compare=False)
    """Share of the cards' weights on all cards of each kind."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", len(self.cards))
        object.__setattr__(self, "native", self.engine in NATIVE)
        object.__setattr__(self, "parallel", self.count if self.split in ("tensor", "row") else 1)
        self._tell_kinds_apart()

    def _tell_kinds_apart(self) -> None:
        kinds: dict[tuple[object, ...], CardSpeed] = {}
        held: dict[tuple[object, ...], float] = {}
        for card, share in zip(self.cards, self.card_shares, strict=True):
            traits = card.traits
            kinds.setdefault(traits, card)
            held[traits] = held.get(traits, 0.0) + share
        object.__setattr__(self, "kinds", tuple(kinds.values()))
        object.__setattr__(self, "kind_shares", tuple(held.values()))

    @property
    def card_shares(self) -> tuple[float, ...]:
        return self.shares or (1 / max(1, self.count),) * self.count

    @property
    def odd_experts(self) -> bool:
        """Whether an expert's slice on each card is no multiple of 64, as the fast kernels of whole numbers want it."""
        return self.kernels == "integer" and self.work.expert_width % (64 * self.parallel) > 0

    @property
    def narrows_batch(self) -> bool:
        """Whether the tokens of many users are narrowed on their way to experts."""
        return self.users > 1 and self.kernels == "narrow" and self.work.moe

    @property
    def few_readers(self) -> bool:
        """Whether SGLang reads the cache by fallback kernels, which set a handful of readers to each KV head."""
        if self.backend != "sglang" or self.work.latent:
            return False
        return self.work.head_width > 256 or self.cards[0].family == "blackwell"

    @property
    def rereads(self) -> bool:
        """Whether the cache is read once per query head. A CPU finds it in its own caches, a latent one is small."""
        return not self.fused and not self.work.latent and bool(self.cards)

    def bytes_read(self, tokens: float = 1.0) -> float:
        """Weight bytes a step of this many tokens reads, wherever they are."""
        return self.rest_bytes + self.routed_read(tokens)

    def routed_read(self, tokens: float = 1.0) -> float:
        """Routed experts' bytes of that: one token reads the active ones, many tokens nearly all."""
        if tokens == 1.0:
            return self.routed_bytes * self.work.active / self.work.experts
        return self.routed_bytes * self.work.experts_touched(tokens)

    def cache_bytes(self) -> float:
        """Cache bytes one user's token reads; without fused attention it is re-read per query head."""
        elements = self.work.cache_read(self.depth)
        if self.rereads:
            elements = max(elements, self.work.scores_read(self.depth))
        return elements * self.kv_bytes


def family_of(chip: Chip) -> str:
    """The calibration's own family of a chip, from its family, architecture and memory."""
    text = f"{chip.family} {chip.architecture}".lower()
    hbm = "hbm" in chip.memory_type.lower()
    for word, name in _FAMILY_WORDS:
        if word in text:
            return _with_memory(name, hbm, chip)
    return text.split(" ")[0]


def inline_ecc(chip: Chip) -> bool:
    """Data centre boards come with ECC on, others with ECC off (Chaos, "ECC State for Nvidia GPUs"). HBM has room for
    the check bits beside the data, GDDR7 corrects itself."""
    return chip.vendor == "NVIDIA" and chip.segment == "datacenter" and chip.memory_type in INLINE_ECC


_FAMILY_WORDS = (
    ("strix", "strix"),
    ("gb10", "gb10"),
    ("maxwell", "maxwell"),
    ("pascal", "pascal"),
    ("turing", "turing"),
    ("volta", "volta"),
    ("ampere", "ampere"),
    ("ada", "ada"),
    ("hopper", "hopper"),
    ("blackwell", "blackwell"),
    ("rdna 4", "rdna4"),
    ("rdna4", "rdna4"),
    ("rdna 3.5", "strix"),
    ("rdna3.5", "strix"),
    ("rdna 3", "rdna3"),
    ("rdna3", "rdna3"),
    ("rdna 2", "rdna2"),
    ("rdna2", "rdna2"),
    ("rdna", "rdna2"),
    ("cdna", "cdna"),
    ("gcn", "gcn"),
    ("xe2", "xe2"),
    ("xe", "xe"),
    ("alchemist", "xe"),
    ("battlemage", "xe2"),
    ("m1", "apple-m1m2"),
    ("m2", "apple-m1m2"),
    ("apple", "apple-m3m4"),
)


def _with_memory(name: str, hbm: bool, chip: Chip) -> str:
    if hbm and name in ("ampere", "pascal", "blackwell"):
        return f"{name}-hbm"
    if name == "turing" and chip.name.startswith(("GTX 16", "GeForce GTX 16")):
        return "turing-16"
    return name


def engine_class(engine: str, family: str, backend: str = "", old: bool = False) -> str:
    """Engines that pay the same overheads. `old`: a build of before mid 2024."""
    name = engine.lower().replace("_", "-")
    if name.startswith(("vllm", "sglang")):
        return "vllm-2023" if old else "vllm"
    if name.startswith("tensorrt"):
        return "tensorrt"
    if name.startswith(("exllama", "exl", "tabby", "mlc", "pegainfer")):
        return "exl"
    vendor = "-amd" if family in AMD_FAMILIES else "-metal" if family.startswith("apple") else ""
    if name.startswith(("ollama", "lm studio", "lm-studio")):
        return "metal" if vendor == "-metal" else f"ollama{vendor}"
    if "localscore" in name:
        return f"localscore{vendor}"
    return _llamacpp_class(family, backend, old)


def _llamacpp_class(family: str, backend: str, old: bool) -> str:
    if family.startswith("apple"):
        return "metal"
    if family in AMD_FAMILIES:
        return "amd"
    if family.startswith("xe"):
        return "intel-vulkan" if backend == "vulkan" else "sycl"
    return "cuda-2023" if old else "cuda"


_INTEGER = ("awq", "gptq", "int4", "autoround-int4", "w4a16")
_NARROW = {
    "nvfp4": ("blackwell", "blackwell-hbm", "gb10"),
    "fp8": ("ada", "hopper", "blackwell", "blackwell-hbm", "gb10"),
    "w8a8": ("turing", "ampere", "ampere-hbm", "ada", "hopper"),
}


def kernels_of(quant: str, family: str) -> str:
    """integer: 4-bit whole numbers, taken back to 16 bits. narrow: what meets the weights is narrowed on its way too,
    where the cards can multiply the format; others take it back as well. Empty for the rest."""
    name = quant.lower()
    if name.startswith(_INTEGER):
        return "integer"
    return "narrow" if any(name.startswith(n) and family in families for n, families in _NARROW.items()) else ""


VECTORS = {
    "avx": ("naples", "whitehaven", "colfax"),
    "avx2-new": ("matisse", "vermeer", "cezanne", "rome", "milan", "castle", "chagall", "alder", "raptor", "arrow"),
    "bf16": ("raphael", "phoenix", "genoa", "storm", "sapphire", "xeon w-2400", "xeon w-3400"),
    "bf16-full": ("granite", "turin", "shimada"),
}
"""Beginnings of the names of processor families by what their cores multiply with; the others have the AVX2 of before
2019."""
ARROW_LAKE_FAST = {14: 6}
"""Performance cores by all cores, where not 8."""


def vector_class(cpu: Cpu) -> str:
    return next((vector for vector, families in VECTORS.items() if cpu.family.startswith(families)), "avx2")


def fast_cores(cpu: Cpu) -> int:
    """Performance cores: where there are two kinds, they alone have two threads (until Arrow Lake)."""
    if cpu.family == "arrow lake":
        return ARROW_LAKE_FAST.get(cpu.cores, 8)
    return cpu.threads - cpu.cores if cpu.cores < cpu.threads < 2 * cpu.cores else cpu.cores


_LOW = re.compile(r"(ud-|ad-)?(i?q[123]|tq|exl[23]-[123]\.|[123](\.\d+)? ?bpw)")
_EIGHT = re.compile(r"(ud-)?(q[78]|iq[78]|fp8|int8|w8|exl[23]-[78]|8-?bit|f8)")


_UNPACKING = {
    "16": re.compile(r"b?f(p?16|32)", re.IGNORECASE),
    "repacked": re.compile(r"(q4_0|q8_0|iq4_nl)", re.IGNORECASE),
    "codebook": re.compile(r"(ud-)?iq[123]_(xxs|xs|s|m)\b", re.IGNORECASE),
}


def unpacking_of(quant: str, backend: str = "", early: bool = False) -> str:
    """16: as they are. repacked: llama.cpp lays rows side by side. codebook: entries are looked up one by one, which
    ik_llama.cpp does but `early`, before mid 2025. quant: whole numbers with scales, the rest."""
    found = next((name for name, pattern in _UNPACKING.items() if pattern.match(quant)), "quant")
    return "quant" if found == "codebook" and backend == "ik" and not early else found


_PLAIN = re.compile(r"(q[458]_[01]|mxfp4)\b", re.IGNORECASE)


def is_plain(quant: str) -> bool:
    return bool(_PLAIN.match(quant))


def bits_class(quant: str) -> str:
    """16, 8, 4 or low: groups of formats whose kernels reach a like share of bandwidth."""
    name = quant.lower()
    if name.startswith(("f16", "bf16", "fp16", "f32")):
        return "16"
    if _EIGHT.match(name):
        return "8"
    return "low" if _LOW.match(name) else "4"
