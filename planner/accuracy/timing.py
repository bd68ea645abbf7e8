"""What a row's figures were timed over: decode alone, or requests with their prompts."""

from collections.abc import Mapping

from planner.analysis.decode import decode_time
from planner.analysis.prefill import prefill_time
from planner.analysis.speed_case import SpeedCase
from planner.domain.measurement import Measurement

WHOLE_REQUESTS = ("over wall time", "over all requests", "ShareGPT")
SHARE_GPT = (220.0, 200.0)
"""Mean tokens of a prompt and of an answer there."""
OVERLAP = 0.5
"""Share of the other users' prompts that falls into one user's decode, where streams were timed each by itself."""


def decode_seconds(row: Measurement, case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per token and user as the source counted them, prompts included where it included them."""
    step_s = decode_time(case, constants).total_s
    whole = any(word in row.notes for word in WHOLE_REQUESTS)
    prompt, answer = SHARE_GPT if "ShareGPT" in row.notes else (float(row.prompt or 0), float(row.generated or 0))
    waiting = case.users if whole else OVERLAP * (case.users - 1)
    if not waiting or not prompt or not answer:
        return step_s
    parts = prefill_time(case, constants)
    return step_s + waiting * prompt / answer * parts.total_s if parts else step_s
