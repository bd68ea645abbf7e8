"""Scores as a table; what was not measured is a dash, never a zero."""

from planner.documents.accuracy_text import accuracy_text

GROUP = {"rows": 12, "median_pct": 8.04, "p90_pct": 20.0, "bias_pct": -1.5, "coverage_pct": None}


def test_speed():
    text = accuracy_text("throughput", {"decode": {"all": GROUP, "groups": {"vllm": GROUP}}, "skipped": {"no chip": 3}})
    row = next(line for line in text.splitlines() if line.strip().startswith("All"))
    assert row.split() == ["All", "12", "8.0", "%", "20.0", "%", "-1.5", "%", "–"]
    assert "vllm" in text
    assert "3  no chip" in text


def test_memory():
    group = {"rows": 3, "median_pct": 0.5, "p95_pct": 1.0, "median_mib": 20, "p95_mib": 1234.5}
    text = accuracy_text("memory", {"groups": {"weights": group}, "fit": {"rows": 4, "said_fits_failed": 0}})
    assert "1,234 MiB" in text
    assert "said fits failed" in text
