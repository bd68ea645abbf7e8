"""How a speed with speculation was worked out: drafted, kept, the time of a cycle, and the speed without beside it."""

from collections.abc import Iterator

from planner.analysis.speculation import Speculation, kept_chance, token_seconds, with_text
from planner.analysis.speed_case import SpeedCase
from planner.domain.calibration import Calibration
from planner.domain.steps import Step

MS = 1000.0
DRAFTS = {"block": "the model's own next-token block", "model": "the draft model"}
MANY_READS = 1.5
"""A check that takes so many times the step without speculation reads far more than the weights of one token."""
TEXTS = {"prose": "prose and chat", "code": "code"}


def speculation_steps(
    case: SpeedCase, found: Speculation, calibration: Calibration, fitted: str, factor: float = 1.0
) -> Iterator[Step]:
    """From the step without speculation to the speed with it; `factor` is that of the user's own runs."""
    draft, times = case.draft, f" x {factor:.2f}" if factor != 1 else ""
    assert draft is not None
    plain = factor / found.plain_s
    yield Step("Without speculation", plain, "tok/s", f"1000 / {found.plain_s * MS:.2f} ms{times}")
    what = DRAFTS[draft.kind]
    yield Step("Tokens drafted", found.tokens, "", f"by {what} before each check: what the engine does unless told")
    yield _kept(case, found, calibration, fitted)
    how = f"1 + {found.tokens} x {found.accepted:.2f}"
    yield Step("Tokens per cycle", found.per_cycle, "", how)
    each = found.draft_s * MS / found.tokens
    yield Step("Drafting", found.draft_s * MS, "ms", f"{found.tokens} passes of {what}, {each:.2f} ms each", fitted)
    yield Step("Checking", found.check.total_s * MS, "ms", _check(found), fitted)
    yield Step("Between the two", found.between_s * MS, "ms", "sampling, comparing and going back", fitted)
    parts = f"{found.draft_s * MS:.2f} + {found.check.total_s * MS:.2f} + {found.between_s * MS:.2f} ms"
    yield Step("Time of the cycle", found.cycle_s * MS, "ms", parts)
    for text, words in TEXTS.items():
        if draft.accepted is None:
            rate = factor / token_seconds(with_text(case, text), calibration.constants)
            yield Step(f"With {words}", rate, "tok/s", "the same with what is usually kept of it", fitted)
    yield Step("Gain by speculation", found.gain, "x", _gain(case, found))


def _kept(case: SpeedCase, found: Speculation, calibration: Calibration, fitted: str) -> Step:
    draft = case.draft
    assert draft is not None
    label, percent = "Drafted tokens kept", found.accepted * 100
    if draft.accepted is not None:
        return Step(label, percent, "%", "as the workload says")
    chance = kept_chance(draft, calibration.constants)
    how = f"each with a chance of {chance:.2f} once those before it were; more of code, less of prose"
    return Step(label, percent, "%", how, fitted, assumed=True)


def _check(found: Speculation) -> str:
    count = (found.tokens + 1) * found.users
    who = f" of {found.users:.0f} users" if found.users > 1 else ""
    return f"{count:.0f} tokens{who} in one pass; {found.check.compute_s * MS:.2f} ms of it arithmetic beyond the reads"


def _gain(case: SpeedCase, found: Speculation) -> str:
    if found.gain >= 1:
        return "against the speed without"
    if found.check.compute_s > found.check.weights_s:
        return "slower than without: checking so many tokens is held up by arithmetic"
    if case.work.moe and found.check.total_s > MANY_READS * found.plain_s:
        return "slower than without: tokens checked together read experts of their own"
    return "slower than without: too few drafted tokens are kept for what drafting and checking take"
