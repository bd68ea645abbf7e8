"""Ways out on whole builds from the shipped catalog: each removes its finding, or makes it less."""

from typing import Any

import pytest

from planner.domain.build import Build, Chosen, MemoryChoice, Parts, Placement
from planner.domain.findings import Finding
from planner.domain.workload import Workload
from planner.evaluate import Report, evaluate

RTX_4090 = "nvidia-rtx-4090-founders-edition"
RTX_3090 = "nvidia-rtx-3090-founders-edition"


def make(board: str, cpu: str, cards: dict[str, str], workload: dict[str, Any], **parts: Any) -> Build:
    """Cards by slot, fed by one supply."""
    gpus = tuple(Chosen(key=f"gpu-{n}", part=part) for n, part in enumerate(cards.values(), 1))
    places = {f"gpu-{n}": Placement(slot=slot) for n, slot in enumerate(cards, 1)}
    psus = (Chosen(key="psu-1", part=parts.pop("psu", "corsair-ax1600i")),)
    return Build(
        parts=Parts(board=board, cpu=cpu, gpus=gpus, psus=psus, **parts),
        placements=places,
        workloads=(Workload.model_validate({"model": "llama-3.3-70b", "quant": "Q4_K_M"} | workload),),
    )


BUILDS = {
    "two 4090 that touch, on 1000 W": make(
        "asus-proart-x870e-creator-wifi",
        "amd-ryzen-9-7950x",
        {"PCIEX16(G5)_1": RTX_4090, "PCIEX16(G5)_2": RTX_4090},
        {"context": 8192},
        psu="corsair-rm1000e-2025",
        case="fractal-design-meshify-2",
        memory=MemoryChoice(kit="generic-ddr5-5600-udimm-2x16gb"),
    ),
    "four blowers on 1600 W and a household circuit": make(
        "asus-pro-ws-wrx80e-sage-se-wifi",
        "amd-threadripper-pro-3975wx",
        {f"PCIEX16_{row}": "gigabyte-rtx-3090-turbo" for row in (1, 3, 5, 7)},
        {"quant": "BF16", "engine": "vllm", "split": "tensor", "context": 32_768, "kv_type": "bf16"},
        psu="evga-supernova-1600-p2",
    ),
    "card on one lane, in step": make(
        "msi-pro-x870-p-wifi",
        "amd-ryzen-7-8700g",
        {"PCI_E1": RTX_3090, "PCI_E2": RTX_3090},
        {"engine": "vllm", "quant": "AWQ-4bit", "split": "tensor", "kv_type": "bf16", "context": 16_384},
    ),
    "three-slot cards in every second slot": make(
        "asrock-rack-romed8-2t",
        "amd-epyc-7302p",
        {"PCIE7": RTX_3090, "PCIE5": RTX_3090},
        {"quant": "Q6_K", "context": 32_768},
    ),
}


@pytest.fixture(scope="module", params=BUILDS, ids=str)
def report(request, catalog) -> Report:
    return evaluate(BUILDS[request.param], catalog)


def test_every_way_out_lessens_its_finding(report, catalog):
    tried = 0
    for finding in report.findings:
        for fix in finding.fixes:
            after = evaluate(fix.edit(report.build), catalog)
            left = next((other for other in after.findings if other.key == finding.key), None)
            assert left is None or _less(left, finding), f"{finding.rule}: {fix.label}"
            assert after.rig.missing == report.rig.missing
            tried += 1
    assert tried >= 3


def _less(after: Finding, before: Finding) -> bool:
    if after.severity != before.severity:
        return after.severity < before.severity
    return after.value is not None and before.value is not None and after.value < before.value


def test_no_way_out_brings_a_new_error(report, catalog):
    """Nothing is offered that breaks something obvious. Changing the split may ask for another format of the model."""
    errors = {finding.rule for finding in report.findings if finding.severity.name == "ERROR"}
    for finding in report.findings:
        for fix in finding.fixes:
            after = evaluate(fix.edit(report.build), catalog)
            new = {other.rule for other in after.findings if other.severity.name == "ERROR"} - errors
            assert not new, f"{finding.rule}: {fix.label} brings {new}"


def test_the_first_example_of_the_field(catalog):
    """Two 4090s three slots apart on 1000 W: too small a supply, and no gap."""
    found = evaluate(BUILDS["two 4090 that touch, on 1000 W"], catalog)
    by_rule = {finding.rule: finding for finding in found.findings}
    assert by_rule["PWR-001"].severity.name == "ERROR"
    assert by_rule["THR-001"].severity.name == "WARNING"
    assert "0 mm" in by_rule["THR-001"].message
    assert "MEC-001" not in by_rule
