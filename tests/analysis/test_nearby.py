"""Which published speeds are shown beside an estimate."""

import pytest

from planner.analysis.nearby import kin, nearest
from planner.domain.measurement import Measurement


def measured(name: str, **changes: object) -> Measurement:
    fields = {"id": name, "source": "s", "url": "u", "date": "2026", "gpu": "RTX 4090", "chip": "rtx-4090", "count": 2}
    fields |= {"engine": "llama.cpp", "split": "layer", "model": "llama-3.1-70b", "quant": "Q4_K_M", "quality": "A"}
    return Measurement.model_validate(fields | {"decode_tok_s": 20.0} | changes)


def test_nearest_prefers_the_same_format_and_count():
    rows = [
        measured("other-model", model="llama-3-8b"),
        measured("other-chip", chip="rtx-3090"),
        measured("many-users", users=8),
        measured("one-card", count=1),
        measured("eight-bit", quant="Q8_0"),
        measured("same"),
        measured("kin", model="llama-3-70b", depth=9000),
        measured("poor-source", model="llama-3-70b", quality="B"),
    ]
    found = nearest(rows, "llama-3.1-70b", "Q4_K_M", ("rtx-4090", "rtx-4090"))
    assert [m.id for m in found] == ["same", "kin", "poor-source"]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("llama-3-70b", "llama-3.3-70b", True),
        ("llama-3-70b", "llama-3-8b", False),
        ("qwen3-30b-a3b", "qwen3-coder-30b-a3b", True),
        ("qwen3-30b-a3b", "qwen3-32b", False),
        ("mistral-7b-v0.3", "mistral-7b-v0.1", True),
    ],
)
def test_kin(a, b, same):
    assert (kin(a) == kin(b)) is same
