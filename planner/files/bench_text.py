"""Speeds from what a benchmark printed: llama-bench (markdown, CSV, JSON, JSON lines, SQL) and vLLM's `bench`.

All or nothing: text that cannot be read to its end raises `BenchProblem` with the line to look at.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.files.bench_run import MOST_RUNS, BenchProblem, BenchRun, checked, number, whole
from planner.files.bench_vllm import vllm_runs

LONGEST = 1_000_000
"""Characters of pasted text."""
_MARK = re.compile(r"^\s*\|")
_TEST = re.compile(r"^(?:(pp)\s*(\d{1,9}))?\s*\+?\s*(?:(tg)\s*(\d{1,9}))?\s*(?:@\s*d\s*(\d{1,9}))?$")
_BUILD = re.compile(r"^build:\s*(\S+)(?:\s*\((\d+)\))?")
_DEVICE = re.compile(r"Device \d+: (.+?), (?:compute|gfx|VMM|wave)", re.IGNORECASE)
_QUANT = re.compile(r"\b((?:UD-)?I?Q\d(?:_[A-Z0-9]+)*|MXFP4(?: MoE)?|BF16|F16|F32|TQ\d_\d)\b")
_MIX = {"Small": "S", "Medium": "M", "Large": "L"}
_NEEDED = ("model_type", "n_prompt", "n_gen", "avg_ts")


@dataclass
class _Found:
    """What stands around a table and holds for all of it."""

    version: str = ""
    devices: list[str] = field(default_factory=list)


def read_bench(text: str) -> tuple[BenchRun, ...]:
    """Every run in the text; BenchProblem where anything in it is not understood."""
    if len(text) > LONGEST:
        raise BenchProblem(1, f"is longer than {LONGEST:,} characters; paste the result table alone")
    bare = text.strip()
    if not bare:
        raise BenchProblem(1, "is empty; paste what llama-bench or vllm bench printed")
    runs = tuple(_reader(bare)(text))
    if not runs:
        raise BenchProblem(1, "holds no result; paste what llama-bench or vllm bench printed, headings included")
    if len(runs) > MOST_RUNS:
        raise BenchProblem(runs[MOST_RUNS].line, f"is run {MOST_RUNS + 1}; {MOST_RUNS} at a time are read")
    return runs


def _reader(bare: str) -> Any:
    if bare.startswith(("[", "{")):
        return _json
    if re.search(r"^INSERT INTO", bare, re.MULTILINE | re.IGNORECASE):
        return _sql
    if re.search(r"^\s*\|.*\|\s*$", bare, re.MULTILINE):
        return _markdown
    if "build_commit" in bare.split("\n", 1)[0] or "avg_ts" in bare.split("\n", 1)[0]:
        return _csv
    return vllm_runs


# ---------------------------------------------------------------- markdown


def _markdown(text: str) -> Iterator[BenchRun]:
    found, heads, rows = _Found(), list[str](), list[tuple[int, list[str], list[str], _Found]]()
    for line, said in enumerate(text.splitlines(), start=1):
        if built := _BUILD.match(said.strip()):
            found.version = f"{built[1]} (b{built[2]})" if built[2] else built[1]
        if (devices := _DEVICE.findall(said)) and rows and rows[-1][-1] is found:
            found = _Found(found.version)  # of the next table
        found.devices += devices
        if not _MARK.match(said):
            continue
        cells = [cell.strip() for cell in said.strip().strip("|").split("|")]
        if not heads or "test" in cells:
            heads = _heads(line, cells)
        elif not all(set(cell) <= set("-: ") for cell in cells):
            rows.append((line, heads, cells, found))
    for line, heads, cells, around in rows:
        if len(cells) != len(heads):
            raise BenchProblem(line, f"has {len(cells)} columns, its heading {len(heads)}; is it cut off?")
        yield _from_table(line, dict(zip(heads, cells, strict=True)), around)


def _heads(line: int, cells: list[str]) -> list[str]:
    missing = [name for name in ("model", "test", "t/s") if name not in cells]
    if missing:
        raise BenchProblem(line, f"has no column “{missing[0]}”; a llama-bench table needs model, test and t/s")
    return cells


def _from_table(line: int, row: Mapping[str, str], found: _Found) -> BenchRun:
    test = _TEST.match(row["test"])
    if not test or not (test[1] or test[3]):
        raise BenchProblem(line, f"“{row['test']}” is no test of llama-bench, such as pp512, tg128 or tg128 @ d4096")
    if test[1] and test[3]:
        raise BenchProblem(line, "times a prompt and an answer together (pp+tg); run them apart with -p and -n")
    speed = number(line, row["t/s"].split("±")[0].strip(), "t/s")
    return checked(
        BenchRun(
            line=line,
            kind="prefill" if test[1] else "decode",
            speed=speed,
            model=row["model"],
            quant=quant_of(row["model"]),
            prompt=int(test[2]) if test[1] else None,
            generated=int(test[4]) if test[3] else None,
            depth=int(test[5] or 0),
            engine="llama.cpp",
            version=found.version,
            split=_split(row.get("sm", "layer")),
            fused=_fused(row.get("fa")),
            kv=row.get("type_k", ""),
            micro_batch=whole(row.get("n_ubatch", "")),
            gpus=tuple(found.devices),
            backend=row.get("backend", ""),
        )
    )


def quant_of(model: str) -> str:
    """Q4_K - Medium -> Q4_K_M, from llama-bench's name of a model."""
    text = re.sub(r" - (Small|Medium|Large)", lambda m: f"_{_MIX[m[1]]}", model)
    found = _QUANT.search(text)
    return found[1].removesuffix(" MoE") if found else ""


def _split(mode: str) -> str:
    return mode if mode in ("none", "layer", "row", "tensor") else "tensor" if mode == "graph" else "layer"


def _fused(flag: str | None) -> bool | None:
    return None if flag in (None, "", "-1", "auto") else flag.lower() in ("1", "true", "on")


# ---------------------------------------------------------------- records: CSV, JSON, SQL


def _csv(text: str) -> Iterator[BenchRun]:
    offset = len(text) - len(text.lstrip())
    first = text[:offset].count("\n") + 1
    reader = csv.DictReader(io.StringIO(text[offset:]))
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise BenchProblem(first, f"has no column “{missing[0]}”; paste all columns that llama-bench -o csv prints")
    try:
        for row in reader:
            line = first + reader.line_num - 1
            if None in row or None in row.values():
                raise BenchProblem(line, "has more or fewer columns than the heading; is it cut off?")
            yield from _record(line, row)
    except csv.Error as e:
        raise BenchProblem(first + reader.line_num - 1, f"is not CSV: {e}") from e


def _json(text: str) -> Iterator[BenchRun]:
    for line, row in _objects(text):
        if not isinstance(row, dict):
            raise BenchProblem(line, "is not a record of llama-bench")
        yield from _record(line, {key: "" if value is None else str(value) for key, value in row.items()})


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Those of an array, or one after the other, each with the line it begins in."""
    at = len(text) - len(text.lstrip())
    listed, decoder = text[at] == "[", json.JSONDecoder()
    at += listed
    while (at := _past(text, at, " \t\r\n,")) < len(text):
        line = text.count("\n", 0, at) + 1
        if listed and text[at] == "]":
            return
        try:
            found, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as e:
            raise BenchProblem(e.lineno, f"is not whole JSON ({e.msg.lower()}); is it cut off?") from e
        except RecursionError as e:
            raise BenchProblem(line, "is nested too deep for a result") from e
        yield line, found
    if listed:
        raise BenchProblem(text.count("\n") + 1, "is not whole JSON (no closing bracket); is it cut off?")


def _past(text: str, at: int, signs: str) -> int:
    while at < len(text) and text[at] in signs:
        at += 1
    return at


_INSERT = re.compile(r"^INSERT INTO \w+ \((.+?)\)\s*VALUES \((.+)\);?\s*$", re.IGNORECASE)


def _sql(text: str) -> Iterator[BenchRun]:
    for line, said in enumerate(text.splitlines(), start=1):
        if not said.upper().startswith("INSERT"):
            continue
        found = _INSERT.match(said)
        if not found:
            raise BenchProblem(line, "is not a whole INSERT of llama-bench -o sql; is it cut off?")
        names = [name.strip() for name in found[1].split(",")]
        values = next(csv.reader([found[2]], quotechar="'", skipinitialspace=True))
        if len(names) != len(values):
            raise BenchProblem(line, f"names {len(names)} columns and gives {len(values)} values")
        yield from _record(line, dict(zip(names, values, strict=True)))


def _record(line: int, row: Mapping[str, str]) -> Iterator[BenchRun]:
    missing = [name for name in _NEEDED if not row.get(name)]
    if missing:
        raise BenchProblem(line, f"has no “{missing[0]}”; paste whole records of llama-bench")
    prompt, generated = (round(number(line, row[name], name, least=0)) for name in ("n_prompt", "n_gen"))
    if prompt and generated:
        raise BenchProblem(line, "times a prompt and an answer together (pp+tg); run them apart with -p and -n")
    commit, built = row.get("build_commit", ""), row.get("build_number", "")
    yield checked(
        BenchRun(
            line=line,
            kind="prefill" if prompt else "decode",
            speed=number(line, row["avg_ts"], "avg_ts"),
            model=row.get("model_filename") or row["model_type"],
            quant=quant_of(row["model_type"]),
            prompt=prompt or None,
            generated=generated or None,
            depth=round(number(line, row.get("n_depth") or "0", "n_depth", least=0)),
            engine="llama.cpp",
            version=f"{commit} (b{built})" if built else commit,
            split=_split(row.get("split_mode", "layer")),
            fused=_fused(row.get("flash_attn")),
            kv=row.get("type_k", ""),
            micro_batch=whole(row.get("n_ubatch", "")),
            gpus=tuple(name.strip() for name in re.split(r"[,;]", row.get("gpu_info", "")) if name.strip()),
            backend=row.get("backends", ""),
            file_gib=_gib(row.get("model_size", "")),
        )
    )


def _gib(size: str) -> float | None:
    found = whole(size)
    return round(found / 2**30, 3) if found else None
