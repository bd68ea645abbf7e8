"""What the rules of model fit say of a build whose CPU does all the work."""

from typing import Any

import pytest

from planner.analysis.facts import facts
from planner.domain.findings import Finding, Severity
from planner.domain.policy import Policy
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import make_calibration, make_cpu, make_memory, make_rig, make_workload
from tests.rules.cases import shipped


def found(model: str = "llama-3.1-8b", engine: str = "llama.cpp", gib: int = 4, **asked: Any) -> dict[str, Finding]:
    """By rule, on eight modules of so many GiB."""
    catalog = shipped()
    rig = make_rig(
        cpu=make_cpu(igpu=True),
        memory=make_memory(8, module_gib=gib),
        workload=make_workload(model=model, engine=engine, host="linux-headless", **asked),
        model=catalog.models[model],
        engine=catalog.engines[engine],
        calibration=make_calibration(),
    )
    judgement = judge(RULES, facts(rig, Policy()))
    return {finding.rule: finding for finding in judgement.findings}


def test_a_model_that_fits_is_no_matter():
    assert not {rule for rule in found() if rule.startswith("FIT")}


def test_a_model_that_does_not_fit_lacks_system_memory():
    said = found("llama-3.3-70b")["FIT-001"]
    assert (said.severity, said.title) == (Severity.WARNING, "Model does not fit system memory")
    assert "32.0 GiB of system memory" in said.message and "system memory lacks" in said.message
    assert "GPU" not in said.message and "card" not in said.message
    assert said.parts == ("memory",)
    assert "experts" not in " ".join(fix.label for fix in said.fixes)


def test_little_to_spare_is_said_of_system_memory():
    said = found("llama-3.3-70b", gib=8, quant="Q6_K", context=27_136)["FIT-001"]
    assert (said.severity, said.title) == (Severity.WARNING, "Model fits with little to spare")
    assert "GiB left in system memory, 1.0 GiB wanted." in said.message and said.parts == ("memory",)
    assert "GPU" not in said.message


def test_a_context_that_is_too_long_names_no_card():
    said = found("llama-3.3-70b", gib=8, quant="Q6_K", context=65_536)
    telling = said.get("FIT-003") or said["FIT-001"]
    assert telling.parts == ("memory",) and "GPU" not in telling.message
    assert any("tokens of context" in fix.label for fix in telling.fixes)


def test_layers_asked_to_stay_in_ram_change_nothing_where_all_are_there():
    assert "FIT-009" not in found("llama-3.3-70b", offload_layers=8)
    assert found("llama-3.3-70b", offload_layers=8)["FIT-001"].message == found("llama-3.3-70b")["FIT-001"].message


@pytest.mark.parametrize(("engine", "quant"), [("vllm", "BF16"), ("exllamav3", "EXL3-4.0bpw")])
def test_an_engine_that_needs_cards_is_an_error(engine, quant):
    said = found(engine=engine, quant=quant)["FIT-010"]
    assert said.severity == Severity.WARNING
    assert said.title == "Engine needs a card, and there is none"
    assert "llama.cpp" in said.message and said.parts == ("cpu",)
