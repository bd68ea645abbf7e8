"""What a row's figures were timed over: decode alone or requests with their prompts, one prompt or a mix of them."""

import math
from collections.abc import Mapping
from dataclasses import replace

from planner.analysis.prefill import prefill_time
from planner.analysis.speculation import token_seconds
from planner.analysis.speed_case import SpeedCase
from planner.domain.measurement import Measurement

WHOLE_REQUESTS = ("over wall time", "over all requests", "ShareGPT")
SHARE_GPT = (220.0, 200.0)
"""Mean tokens of a prompt and of an answer there."""
LOCALSCORE_PROMPTS = {16: 1, 64: 1, 384: 1, 1024: 2, 1280: 1, 2048: 2, 4096: 1}
"""Lengths of the prompts of LocalScore's nine tests, and how often each; it states the mean of their speeds
(github Mozilla-Ocho/llamafile localscore/localscore.cpp)."""
OVERLAP = 0.5
"""Share of the other users' prompts that falls into one user's decode, where streams were timed each by itself."""


def decode_seconds(row: Measurement, case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per token and user as the source counted them, prompts included where it included them."""
    step_s = token_seconds(case, constants)
    whole = any(word in row.notes for word in WHOLE_REQUESTS)
    prompt, answer = SHARE_GPT if "ShareGPT" in row.notes else (float(row.prompt or 0), float(row.generated or 0))
    waiting = case.users if whole else OVERLAP * (case.users - 1)
    if not waiting or not prompt or not answer:
        return step_s
    parts = prefill_time(case, constants)
    return step_s + waiting * prompt / answer * parts.total_s if parts else step_s


def prefill_seconds(row: Measurement, case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per prompt token as the source averaged them; not a number where a card's matrix rate is not known."""
    mixed = "LocalScore" in row.engine and case.cards
    prompts = LOCALSCORE_PROMPTS if mixed else {case.prompt: 1}
    speed = 0.0
    for prompt, tests in prompts.items():
        parts = prefill_time(replace(case, prompt=float(prompt)), constants)
        speed += tests / parts.total_s if parts else math.nan
    return sum(prompts.values()) / speed
