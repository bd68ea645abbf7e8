"""What an imported model is compared by: its shape, and the memory it takes."""

from typing import Any

from planner.analysis.memory import Memory, memory
from tests.makers import make_rig, make_rig_card, make_workload

BESIDE = (
    "id",
    "name",
    "family",
    "hf_repo",
    "licence",
    "released",
    "evidence",
    "params_total",
    "params_active",
    "params_text",
    "params_encoders",
    "projector_mib",
    "image_buffer_mib",
)
"""Fields of a record that are not its shape."""


def shape(model) -> dict[str, Any]:
    return {name: value for name, value in model.model_dump().items() if name not in BESIDE}


def fit(model, engine, quant: str) -> Memory:
    rig = make_rig(
        cards=tuple(make_rig_card(n) for n in (1, 2, 3, 4)),
        model=model,
        engine=engine,
        workload=make_workload(model=model.id, engine=engine.id, quant=quant, context=16384),
    )
    found = memory(rig)
    assert isinstance(found, Memory), found
    return found
