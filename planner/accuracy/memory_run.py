"""One load of an engine, as the rows of a table of readings describe it."""

import re
from dataclasses import dataclass, replace

from planner.accuracy.memory_rows import Row, whole
from planner.analysis.kv_cache import VALUE_BYTES, Cache, layer_kinds
from planner.analysis.model_tensors import EMBEDDING, tensors
from planner.analysis.placement import Load, loads, proportional
from planner.analysis.quantisation import Format, for_engine
from planner.analysis.weights import Weights, weights
from planner.catalog.store import Catalog
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.units import GIB, MIB

CARD = re.compile(r"^(?:CUDA|Vulkan|ROCm|GPU|RPC)(\d+)$")
RAM_DEVICES = ("CPU", "CPU_Mapped", "CPU_REPACK", "AMX", "Host")
CACHE_WORDS = {"auto": "f16", "": "f16", "fp16": "f16", "fp8_e5m2": "fp8", "int8": "fp8", "q8": "q8_0", "bf16": "bf16"}


@dataclass(frozen=True, slots=True)
class Run:
    """One load as its rows describe it."""

    rows: list[Row]
    model: Model
    engine: Engine
    kind: Format | None
    cards: int
    cache: Cache
    cache_known: bool
    overridden: bool
    """Some tensors were placed by hand."""
    in_ram: int | None
    """First layers that stay in RAM; None where that is not said."""

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def whole(self) -> bool:
        """Every layer on the cards."""
        return self.in_ram == 0

    def with_slots(self, slots: int) -> "Run":
        return replace(self, cache=replace(self.cache, slots=slots))

    @property
    def weights(self) -> Weights | None:
        return None if self.kind is None else weights(self.model, self.kind)

    @property
    def spread(self) -> tuple[int, ...]:
        return proportional(self.model.layers, [1.0] * max(1, self.cards), self.in_ram or 0)


def described(rows: list[Row], catalog: Catalog) -> Run | str:
    first = rows[0]
    if first["reliability"] == "engine estimate":
        return "an estimate, not a reading"
    model = catalog.models.get(first["model_id"])
    engine = catalog.engines.get(first["engine"].replace("ik_llama.cpp", "ik-llama.cpp"))
    if model is None:
        return "model not stated or not in the catalog"
    if engine is None:
        return f"engine {first['engine']} not in the catalog"
    cache = _cache(first, engine)
    ngl = re.fullmatch(r"(\d+)/(\d+)", first["ngl"])
    cards = {row["device"] for row in rows if CARD.match(row["device"])}
    return Run(
        rows=rows,
        model=model,
        engine=engine,
        kind=_kind(first["quant"], engine),
        cards=max(len(cards), _count(first["gpus"])),
        cache=cache or Cache(0),
        cache_known=cache is not None,
        overridden="override" in first["notes"] or "offload" in first["notes"] or _keeps_tensors(rows, model),
        in_ram=max(0, min(model.layers, int(ngl[2]) - int(ngl[1]))) if ngl else 0,
    )


def _keeps_tensors(rows: list[Row], model: Model) -> bool:
    """More weights in RAM than token tables could be: some tensors were left there."""
    in_ram = [float(row["mib"]) for row in rows if row["component"] == "weights" and row["device"] in RAM_DEVICES]
    tables = 2 * sum(tensor.count for tensor in tensors(model) if tensor.layer == EMBEDDING) / MIB
    return sum(in_ram) > tables + 64


def _kind(quant: str, engine: Engine) -> Format | None:
    if " or " in quant:
        return None
    name = re.sub(r"^gguf-(ud-)?", lambda found: "UD-" if found[1] else "", quant, flags=re.IGNORECASE)
    return for_engine(name, engine.formats) if name else None


def _count(gpus: str) -> int:
    found = re.match(r"(\d+)x? ", gpus)
    return int(found[1]) if found else 1


def _cache(row: Row, engine: Engine) -> Cache | None:
    tokens = whole(row["n_ctx"])
    keys, _, values = row["cache_type"].partition("/")
    keys = CACHE_WORDS.get(keys, keys)
    values = CACHE_WORDS.get(values, values) if values else keys
    if tokens is None or keys not in VALUE_BYTES or values not in VALUE_BYTES:
        return None
    return Cache(
        tokens=tokens,
        slots=1,
        key_bytes=VALUE_BYTES[keys],
        value_bytes=VALUE_BYTES[values],
        micro_batch=whole(row["ubatch"]) or 512,
        whole_window=not engine.window_cache or row["engine"] == "ik_llama.cpp",
    )


def held(run: Run) -> tuple[Load, ...]:
    sizes = run.weights
    layers = sizes.layers if sizes else (0.0,) * run.model.layers
    return loads(run.spread, run.cards, layers, sizes.output if sizes else 0.0, layer_kinds(run.model))


MISNAMED = 0.15
"""Files that differ more than this from what their label means were named after something else."""


def misnamed(run: Run) -> bool:
    """Whether the file's size, as the log states it, contradicts the label the table gives."""
    stated = re.search(r"file ([\d.]+) GiB", run.first["notes"])
    if stated is None or run.weights is None:
        return False
    return abs(float(stated[1]) * GIB / run.weights.file - 1) > MISNAMED
