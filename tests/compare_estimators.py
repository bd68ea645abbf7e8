"""Score a public estimator on our measured rows. Run by hand; nothing of it is kept.

    python -m venv /tmp/llmfit && /tmp/llmfit/bin/pip install llmfit
    python tests/compare_estimators.py /tmp/llmfit/bin/llmfit

Rows: decode of one user on one card or a layer split, GGUF quantisations, with everything on the cards. Each chip is
given to llmfit as a hardware profile with our own bandwidth and matrix rate; in a layer split one card reads at a time,
so its bandwidth is the card's. Our figures are those of rows left out of the fit.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from planner.accuracy.names import Names
from planner.accuracy.throughput import Scored, scored_rows, situation_name
from planner.analysis.speed_case import CardSpeed
from planner.catalog.load import load_catalog

GGUF = ("Q", "IQ", "F16", "BF16")


def profile(card: CardSpeed, folder: Path) -> Path:
    path = folder / f"{card.chip.replace(' ', '-').replace('/', '-')}.json"
    hardware = {
        "gpu_memory_bandwidth_gbps": card.memory_gb_s,
        "gpu_compute_tflops_fp16": card.tflops,
        "ddr_bandwidth_gbps": 80.0,
        "total_ram_gb": 256.0,
        "unified_memory": False,
    }
    plain = {"schema_version": 1, "name": path.stem.lower(), "hardware": hardware}
    path.write_text(json.dumps(plain), encoding="utf-8")
    return path


@lru_cache(maxsize=4096)
def theirs(program: str, card: Path, model: str, quant: str, context: int) -> float | None:
    """Their tok/s on the GPU path; None where they do not know the model or the format."""
    command = [program, "--profile", str(card), "plan", model, "--context", str(context), "--quant", quant, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    try:
        paths = json.loads(done.stdout)["run_paths"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return None
    return next((path["estimated_tps"] for path in paths if path["path"] == "gpu"), None)


def rows_of(scored: Sequence[Scored]) -> Mapping[str, list[Scored]]:
    """Row -> our estimates of it, one for each thing left out."""
    found: dict[str, list[Scored]] = defaultdict(list)
    for item in scored:
        alone = item.row.users == 1 and not item.row.speculative
        plain = item.kind == "decode" and alone and item.row.quant.startswith(GGUF)
        if plain and situation_name(item) in ("one card", "layer split") and item.row.depth <= 8192:
            found[item.row.id].append(item)
    return found


def main() -> None:
    program, catalog = sys.argv[1], load_catalog()
    scored, names = scored_rows(catalog)[0], Names.shipped(catalog)
    ours: dict[str, list[float]] = defaultdict(list)
    others: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for items in rows_of(scored).values():
            first = items[0]
            model = names.model(first.row.model)
            context = max(512, round(first.case.depth))
            card = profile(first.case.cards[0], Path(folder))
            found = theirs(program, card, model.hf_repo, first.row.quant, context) if model and model.hf_repo else None
            if found is None:
                continue
            for name in (situation_name(first), f"{situation_name(first)}, quality {first.row.quality}"):
                others[name].append((found / first.measured - 1) * 100)
                ours[name] += [item.error for item in items]
    print(f"{'':32s}{'rows':>6s}{'theirs: median':>16s}{'bias':>8s}{'ours: median':>16s}{'bias':>8s}")
    for name in sorted(ours):
        cells = [median(map(abs, others[name])), median(others[name]), median(map(abs, ours[name])), median(ours[name])]
        print(f"{name:32s}{len(others[name]):6d}{cells[0]:16.1f}{cells[1]:+8.1f}{cells[2]:16.1f}{cells[3]:+8.1f}")


if __name__ == "__main__":
    main()
