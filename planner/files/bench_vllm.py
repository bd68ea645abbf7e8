"""What `vllm bench serve`, `latency` and `throughput` print (SGLang's bench_serving prints the same frame)."""

import re
from collections.abc import Iterator

from planner.files.bench_run import BenchProblem, BenchRun, checked, number, whole

_FIELD = re.compile(r"^([A-Z][^:]{3,60}):\s+(\S.*?)\s*$")
_VALUE = r"('[^']*'|\"[^\"]*\"|[^\s,)]+)"
_ARGUMENT = re.compile(rf"(?:--?(\w[\w-]*)[ =]+|(\w+)=){_VALUE}")
_RESULT = re.compile(r"=+ *(?:Serving|Offline Throughput) Benchmark Result *=+", re.IGNORECASE)
_END = re.compile(r"^=+\s*$")
_LATENCY = re.compile(r"^Avg latency: (\S+) seconds", re.MULTILINE)
_THROUGHPUT = re.compile(
    r"^Throughput: (\S+) requests/s, (\S+) (?:total )?tokens/s(?:, (\S+) output tokens/s)?", re.MULTILINE
)
_DRAFTED = re.compile(r"^Accept(?:ance)? (?:rate|length)\b", re.MULTILINE)
_USUAL_SEQUENCES = 256
"""Requests vLLM works on at once where it is not told."""


def vllm_runs(text: str) -> Iterator[BenchRun]:
    if _RESULT.search(text):
        yield from _serve(text)
    elif found := _LATENCY.search(text):
        yield _latency(text, _line(text, found.start()), found[1])
    elif found := _THROUGHPUT.search(text):
        yield _throughput(text, _line(text, found.start()), found[3])
    else:
        raise BenchProblem(
            1, "is neither a llama-bench table nor a result of vllm bench; paste it in English and whole"
        )


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _serve(text: str) -> Iterator[BenchRun]:
    """Every result frame for itself: what stands before it, after the last one, tells how it was run."""
    if drafted := _DRAFTED.search(text):
        raise BenchProblem(_line(text, drafted.start()), "was timed with speculation; type its speeds instead")
    said: dict[str, tuple[int, str]] = {}
    asked: dict[str, str] = {}
    begun, inside = 1, False
    lines = text.splitlines()
    for line, each in enumerate(lines, start=1):
        if found := _FIELD.match(each):
            said[found[1].strip().lower()] = (line, found[2])
        inside = inside or bool(_RESULT.search(each))
        if inside and (_END.match(each) or line == len(lines)):
            asked |= _arguments("\n".join(lines[begun - 1 : line]))
            yield from _frame(said, asked)
            said, begun, inside = {}, line + 1, False


def _frame(said: dict[str, tuple[int, str]], asked: dict[str, str]) -> Iterator[BenchRun]:
    if "backend" in said:
        asked = asked | {"backend": said["backend"][1]}
    users = _users(said, asked)
    requests = _need(said, "successful requests")
    prompt = round(_need(said, "total input tokens") / requests)
    answer = round(_need(said, "total generated tokens") / requests)
    tpot_ms, line = _need(said, "mean tpot (ms)"), said["mean tpot (ms)"][0]
    yield checked(_run(line, "decode", 1000 / tpot_ms * users, asked, users=users, prompt=prompt, answer=answer))
    if users == 1 and "mean ttft (ms)" in said:
        ttft_ms, line = _need(said, "mean ttft (ms)"), said["mean ttft (ms)"][0]
        yield checked(_run(line, "prefill", prompt / (ttft_ms / 1000), asked, users=1, prompt=prompt, answer=None))


def _users(said: dict[str, tuple[int, str]], asked: dict[str, str]) -> int:
    told = [said[name][1] for name in ("maximum request concurrency", "max request concurrency") if name in said]
    for text in (*told, asked.get("max_concurrency", "")):
        if users := whole(text):
            return users
    raise BenchProblem(
        min((line for line, _ in said.values()), default=1),
        "and those after it do not say how many requests ran at a time; run it with --max-concurrency",
    )


def _need(said: dict[str, tuple[int, str]], name: str) -> float:
    if name not in said:
        last = max((line for line, _ in said.values()), default=1)
        raise BenchProblem(last, f"is the last that was understood, and “{name}” is missing; is the text cut off?")
    line, value = said[name]
    return number(line, value, name)


def _latency(text: str, line: int, seconds: str) -> BenchRun:
    asked = _arguments(text)
    answer, users = (_asked(asked, line, name) for name in ("output_len", "batch_size"))
    prompt = _asked(asked, line, "input_len")
    speed = users * answer / number(line, seconds, "average latency")
    return checked(_run(line, "decode", speed, asked, users=users, prompt=prompt, answer=answer))


def _throughput(text: str, line: int, output: str | None) -> BenchRun:
    asked = _arguments(text)
    if output is None:
        raise BenchProblem(line, "does not give output tokens/s apart; use a newer vLLM or its bench serve")
    prompt, answer = (_asked(asked, line, name) for name in ("input_len", "output_len"))
    at_once = whole(asked.get("max_num_seqs", "")) or _USUAL_SEQUENCES
    users = max(1, min(_asked(asked, line, "num_prompts"), at_once))
    return checked(
        _run(line, "decode", number(line, output, "output tokens/s"), asked, users=users, prompt=prompt, answer=answer)
    )


def _asked(asked: dict[str, str], line: int, name: str) -> int:
    found = whole(asked.get(name, ""))
    if found is None:
        flag = "--" + name.replace("_", "-")
        raise BenchProblem(line, f"tells the result but not {flag}; paste the command, or the line with Namespace, too")
    return found


def _arguments(text: str) -> dict[str, str]:
    """From the command line or from the Namespace that vLLM prints first."""
    head = "\n".join(each for each in text.splitlines() if "Namespace(" in each or "bench " in each or "--" in each)
    return {(a or b).replace("-", "_"): value.strip("'\"") for a, b, value in _ARGUMENT.findall(head)}


def _run(line: int, kind: str, speed: float, asked: dict[str, str], *, users: int, **lengths: int | None) -> BenchRun:
    count = asked.get("tensor_parallel_size", asked.get("tp", ""))
    return BenchRun(
        line=line,
        kind=kind,
        speed=speed,
        model=asked.get("model", ""),
        prompt=lengths["prompt"],
        generated=lengths["answer"],
        depth=(lengths["prompt"] or 0) if kind == "decode" else 0,
        users=users,
        engine="sglang" if asked.get("backend", "").startswith("sglang") else "vllm",
        split="tensor" if (whole(count) or 1) > 1 else "none",
    )
