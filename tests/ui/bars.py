"""A bar with a measured point, and one of what does not fit."""

from planner.advice.bars import Bar
from planner.domain.measurement import Measurement
from planner.domain.steps import Range

MEASURED = Measurement(
    id="m1",
    source="A bench page",
    url="https://example.org/bench",
    date="2026-01-01",
    gpu="RTX 4090",
    count=2,
    engine="llama.cpp",
    split="layer",
    model="llama-3.1-8b",
    quant="Q4_K_M",
    decode_tok_s=97.0,
    quality="A",
)
BAR = Bar(
    "llama-3.1-8b",
    "Llama 3.1 8B",
    "Q4_K_M",
    True,
    "",
    Range(98, 90, 110),
    Range(3000, 2500, 3500),
    "well known",
    (MEASURED,),
)
NOT = Bar("big", "Big 405B", "Q4_K_M", False, "Needs 181 GiB more on GPU 1.")
