"""Speeds of a large model and of a mixture, by the constants of the tests."""

from typing import Any

from planner.analysis.decode import decode_time
from planner.analysis.prefill import prefill_time
from planner.analysis.speed_case import SpeedCase
from tests.makers import make_calibration, make_speed_case, make_work

CALIBRATION = make_calibration()
CONSTANTS = CALIBRATION.constants
LARGE = make_work(
    params=70.55e9, params_read=69.5e9, layers=80, hidden=8192, kv_elements=163840.0, query_width=655360.0
)
MIXTURE = make_work(
    params=30.5e9, params_read=3.04e9, routed_read=1.81e9, routed_total=29e9, experts=128, active=8, moe=True,
    moe_layers=32, expert_width=768,
)  # fmt: skip


def decode(case: SpeedCase) -> float:
    return 1 / decode_time(case, CONSTANTS).total_s


def prefill(case: SpeedCase) -> float:
    found = prefill_time(case, CONSTANTS)
    assert found is not None
    return 1 / found.total_s


def large(count: int = 2, **changes: Any) -> SpeedCase:
    return make_speed_case(count, work=LARGE, rest_bytes=41.9e9, **changes)


def mixture(count: int = 2, **changes: Any) -> SpeedCase:
    fields: dict[str, Any] = {"work": MIXTURE, "rest_bytes": 1e9, "routed_bytes": 16e9, "engine": "vllm"}
    return make_speed_case(count, **(fields | {"split": "tensor" if count > 1 else "none"} | changes))
