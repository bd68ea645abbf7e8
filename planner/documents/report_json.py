"""A report as the JSON object scripts rely on: fields may be added, none renamed or removed."""

from typing import Any

from planner.analysis.cost import Cost
from planner.analysis.lanes import Lanes
from planner.analysis.memory import Memory, Refused
from planner.analysis.power import Power
from planner.analysis.speculation import Speculation
from planner.analysis.throughput import Throughput
from planner.domain.findings import Finding
from planner.domain.steps import Range
from planner.domain.units import gib, mib
from planner.evaluate import Report

SCHEMA = 1


def report_json(report: Report) -> dict[str, Any]:
    facts = report.facts
    return {
        "schema": SCHEMA,
        "build": report.build.name,
        "verdict": report.worst.word if report.worst else "ok",
        "findings": [finding_json(finding) for finding in report.findings],
        "passed": list(report.passed),
        "not_checked": [{"rule": n.rule, "id": n.id, "needs": list(n.needs)} for n in report.not_checked],
        "off": list(report.off),
        "links": links_json(facts.lanes),
        "power": power_json(facts.power),
        "memory": memory_json(facts.memory),
        "throughput": throughput_json(facts.throughput),
        "cost": cost_json(facts.cost),
        "unknown_parts": list(facts.rig.missing),
        "parts_from_file": list(facts.rig.replaced),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    accepted = finding.accepted
    return {
        "rule": finding.rule,
        "id": finding.id,
        "severity": finding.severity.word,
        "title": finding.title,
        "message": finding.message,
        "consequence": finding.consequence,
        "parts": list(finding.parts),
        "where": finding.where,
        "key": finding.key,
        "value": finding.value,
        "fixes": [fix.label for fix in finding.fixes],
        "accepted": {"reason": accepted.reason, "on": accepted.on.isoformat()} if accepted else None,
        "capped": finding.capped or None,
        "also": list(finding.also),
    }


def links_json(lanes: Lanes | None) -> list[dict[str, Any]]:
    return [
        {
            "gpu": link.gpu,
            "slot": link.slot,
            "width": link.width,
            "gen": link.gen,
            "root": link.root,
            "gb_s": round(link.gb_s, 2),
            "path_gb_s": round(link.path_gb_s, 2),
            "limited_by": list(link.limited_by),
        }
        for link in (lanes.links if lanes else ())
    ]


def power_json(power: Power | None) -> dict[str, Any] | None:
    if power is None:
        return None
    wall = power.wall
    return {
        "sustained_w": round(power.sustained_w),
        "typical_w": round(power.typical_w),
        "peak_w": round(power.peak_w),
        "wall_w": round(wall.sustained_w) if wall else None,
        "wall_typical_w": round(wall.typical_w) if wall else None,
        "supply_w": power.supply_w,
        "loads": [
            {"key": x.key, "sustained_w": round(x.sustained_w), "typical_w": round(x.typical_w)} for x in power.loads
        ],
    }


def memory_json(memory: Memory | Refused | None) -> dict[str, Any] | None:
    """Card figures in GiB, binary."""
    if memory is None:
        return None
    if isinstance(memory, Refused):
        return {"fits": False, "refused": memory.reason, "refused_by": memory.rule}
    return {
        "fits": memory.fits,
        "tight": memory.tight,
        "over_gib": _gib(memory.over_bytes),
        "total_over_gib": _gib(memory.total_over_bytes),
        "per_gpu_gib": [_gib(share.used) for share in memory.cards],
        "usable_gib": [_gib(share.usable) for share in memory.cards],
        "ram_gib": _gib(memory.ram_bytes),
        "max_context": memory.max_context,
        "weights_gib": _gib(memory.weights_bytes),
        "weights_from": memory.weights_from,
        "kv_gib": _gib(memory.kv_bytes),
        "tightest": memory.tightest,
        "why": memory.why,
        "shares": [
            {
                "device": share.device,
                "weights_mib": round(mib(share.weights), 1),
                "kv_mib": round(mib(share.kv), 1),
                "compute_mib": round(mib(share.compute), 1),
                "draft_mib": round(mib(share.draft), 1),
                "images_mib": round(mib(share.images), 1),
                "context_mib": round(mib(share.context), 1),
                "reserved_mib": round(mib(share.reserved), 1),
                "usable_mib": round(mib(share.usable), 1),
            }
            for share in memory.shares
        ],
    }


def throughput_json(speed: Throughput | None) -> dict[str, Any] | None:
    if speed is None:
        return None
    return {
        "decode_tok_s": range_json(speed.decode_tok_s),
        "decode_sum_tok_s": range_json(speed.decode_sum_tok_s),
        "prefill_tok_s": range_json(speed.prefill_tok_s),
        "ttft_s": range_json(speed.ttft_s),
        "load_s": round(speed.load_s, 1) if speed.load_s is not None else None,
        "engine": speed.engine,
        "split": speed.split,
        "limited_by": speed.limited_by,
        "sure": speed.sure,
    } | ({"speculation": _speculation_json(speed.speculation)} if speed.speculation else {})


def _speculation_json(found: Speculation) -> dict[str, float]:
    return {
        "drafted_tokens": found.tokens,
        "accepted": round(found.accepted, 3),
        "tokens_per_cycle": round(found.per_cycle, 2),
        "cycle_ms": round(found.cycle_s * 1000, 2),
        "gain": round(found.gain, 2),
    }


def range_json(band: Range) -> dict[str, float]:
    return {"value": _short(band.value), "low": _short(band.low), "high": _short(band.high)}


def cost_json(cost: Cost) -> dict[str, Any]:
    return {
        "total": cost.total_cents / 100,
        "currency": cost.currency,
        "unpriced": list(cost.unpriced),
        "energy_month": round(cost.energy_cents_month / 100, 2) if cost.energy_cents_month is not None else None,
    }


def _gib(size_bytes: float) -> float:
    return round(gib(size_bytes), 3)


def _short(number: float) -> float:
    """Four significant digits."""
    return float(f"{number:.4g}")
