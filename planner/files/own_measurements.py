"""Speeds the user timed: from a benchmark's text or a typed form, and kept in the user's folder for later builds."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from planner import places
from planner.catalog.search import Doubtful, match
from planner.catalog.store import Catalog
from planner.domain.measurement import Measurement
from planner.files import atomic
from planner.files.bench_run import BenchProblem, BenchRun, checked
from planner.files.problem import FileProblem

FILE = "own.csv"
MOST_ROWS = 2000
SOURCE = "timed on this machine"
_FILLER = re.compile(
    r"\.gguf$|-\d{5}-of-\d{5}|\b(meta|nvidia|geforce|amd|radeon|intel|instruct|chat|it|gguf)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What the runs were timed with, as the user confirmed it."""

    model: str
    """Our id."""
    quant: str
    chip: str
    count: int
    power_limit_w: float | None = None
    split: str = ""
    """Empty: as the benchmark says."""
    speculative: str = ""
    """As `drafted.said_of` writes it."""


def measurements_of(runs: Sequence[BenchRun], setup: Setup, on: date | None = None) -> tuple[Measurement, ...]:
    """Each run as a measurement of this machine. BenchProblem where one cannot be."""
    day = (on or date.today()).isoformat()
    return tuple(_measurement(run, setup, day) for run in runs)


def _measurement(run: BenchRun, setup: Setup, day: str) -> Measurement:
    split = (setup.split or run.split) if setup.count > 1 else "none"
    plain = {
        "source": SOURCE,
        "url": "",
        "date": day,
        "gpu": setup.chip,
        "chip": setup.chip,
        "count": setup.count,
        "engine": run.engine,
        "engine_version": run.version,
        "split": split,
        "model": setup.model,
        "quant": setup.quant or run.quant,
        "depth": run.depth,
        "prompt": run.prompt,
        "generated": run.generated,
        "users": run.users,
        "power_limit_w": setup.power_limit_w,
        "decode_tok_s": run.speed if run.kind == "decode" else None,
        "prefill_tok_s": run.speed if run.kind == "prefill" else None,
        "quality": "A",
        "backend": run.backend,
        "fused": run.fused,
        "kv_cache": run.kv,
        "notes": f"ub {run.micro_batch}" if run.micro_batch else "",
        "file_gib": run.file_gib,
        "own": True,
    }
    if setup.speculative and run.kind == "decode":
        plain["speculative"] = setup.speculative
    try:
        return Measurement.model_validate({"id": _id(plain), **plain})
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        raise BenchProblem(run.line, f"gives a {first['loc'][0]} that cannot be: {first['msg'].lower()}") from e


def _id(plain: Mapping[str, object]) -> str:
    """The same run pasted twice is one measurement."""
    return "own-" + sha256(repr(sorted(plain.items())).encode()).hexdigest()[:12]


def typed(setup: Setup, engine: str, values: Mapping[str, str], on: date | None = None) -> tuple[Measurement, ...]:
    """From a form: decode, prefill, prompt, generated, depth, users as typed. BenchProblem names the field's number."""
    numbers = {name: _typed(at, name, values[name]) for at, name in enumerate(values, start=1) if values[name].strip()}
    whole = {name: round(numbers[name]) for name in ("prompt", "generated", "depth") if name in numbers}
    users = max(1, round(numbers.get("users", 1)))
    runs = [
        checked(
            BenchRun(
                line=list(values).index(kind) + 1,
                kind=kind,
                speed=numbers[kind],
                model=setup.model,
                prompt=whole.get("prompt"),
                generated=whole.get("generated") if kind == "decode" else None,
                depth=whole.get("depth", 0),
                users=users,
                engine=engine,
                split=setup.split or "none",
            )
        )
        for kind in ("decode", "prefill")
        if kind in numbers
    ]
    if not runs:
        raise BenchProblem(1, "holds no speed; type the decode or the prefill rate in tok/s")
    return measurements_of(runs, setup, on)


def _typed(at: int, name: str, text: str) -> float:
    """As people type it: 1 234,5 and 1,234.5 are the same number, 1,234 is one thousand."""
    plain = re.sub(r"[\s\u00a0\u202f'_]", "", text.strip())
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"\d{1,12}(\.\d+)?", plain) or (float(plain) <= 0 and name not in ("depth",)):
        raise BenchProblem(at, f"holds “{text[:40]}” for {name}; type a number above zero")
    return float(plain)


def guess_model(text: str, catalog: Catalog) -> str | None:
    """Our id for a benchmark's name of a model, where one fits."""
    plain = _FILLER.sub(" ", Path(text.replace("\\", "/")).name)
    plain = re.split(r"[-_. ](?:UD-)?(?:I?Q\d|F16|BF16|MXFP4|AWQ|GPTQ|FP8)", plain, flags=re.IGNORECASE)[0]
    try:
        return match(catalog.models.values(), re.sub(r"[-_]+", " ", plain).strip(), "model").id
    except Doubtful:
        return None


def guess_chip(names: Sequence[str], catalog: Catalog) -> str | None:
    """Our id for the cards a benchmark listed, where they are all the same and known."""
    if len(set(names)) != 1:
        return None
    try:
        return match(catalog.chips.values(), _FILLER.sub(" ", names[0]).strip(), "GPU").id
    except Doubtful:
        return None


# ---------------------------------------------------------------- the user's folder


def own_file(folder: Path | None = None) -> Path:
    return (folder or places.user_parts()) / "measurements" / FILE


def read_own(folder: Path | None = None) -> tuple[Measurement, ...]:
    """FileProblem where a row cannot be read: nothing of it is taken then."""
    path = own_file(folder)
    if not path.exists():
        return ()
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise FileProblem(path, f"cannot be read: {e}.") from e
    if len(rows) > MOST_ROWS:
        raise FileProblem(path, f"holds more than {MOST_ROWS:,} rows.")
    return tuple(_row(path, line, row) for line, row in enumerate(rows, start=2))


def _row(path: Path, line: int, row: Mapping[str, str]) -> Measurement:
    plain = {"url": "", "kv_cache": ""} | {name: text for name, text in row.items() if name and text}
    try:
        return Measurement.model_validate(plain, strict=False)
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        place = first["loc"][0] if first["loc"] else "row"
        raise FileProblem(path, f"line {line}, {place}: {first['msg'].lower()}.") from e


def save_own(rows: Sequence[Measurement], folder: Path | None = None) -> Path:
    """Add to what is kept; a row of a known id replaces it."""
    kept = {row.id: row for row in (*read_own(folder), *rows)}
    return _write(tuple(kept.values()), folder)


def forget_own(ids: Sequence[str], folder: Path | None = None) -> Path:
    return _write(tuple(row for row in read_own(folder) if row.id not in ids), folder)


def _write(rows: Sequence[Measurement], folder: Path | None) -> Path:
    path, text = own_file(folder), io.StringIO()
    names = list(Measurement.model_fields)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        plain = row.model_dump(mode="json")
        writer.writerow("" if plain[name] is None else _cell(plain[name]) for name in names)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise FileProblem(path, f"cannot be saved: {(e.strerror or str(e)).lower()}.") from e
    atomic.write(path, text.getvalue().encode())
    return path


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
