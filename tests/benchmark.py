"""How long what a person waits for takes: `python -m tests.benchmark`. Run by hand; nothing fails on a slow machine.

Each figure is the median of several runs, with the least and the greatest beside it; milliseconds of wall time.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
START = """
import time; begin = time.perf_counter()
import gc; gc.disable()  # as `python -m planner` does
from planner.app import start
app, window = start(None)
app.processEvents()
painted, worked = time.perf_counter(), time.process_time()
while window.results is None:
    app.processEvents()
app.processEvents()
print(painted - begin, time.perf_counter() - begin, worked)
"""


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as own:
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = f"{own}/{name.lower()}"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # no user compiles everything at each start
        os.environ["PYTHONPYCACHEPREFIX"] = f"{own}/compiled"
        _start()
        _catalog()
        _evaluate()
        _what_runs()
        _speed()
        _chart()
        _search()
        _picker()
        _repaint()


TYPED = {
    "cards": ("4090 suprim", "suprm 4090", "48gb blower", "fe", "rtx pro 6000 max-q"),
    "boards": ("romed8", "am5 e-atx", "tachi x670e"),
    "cpus": ("epyc 7302", "threadriper 7960x"),
    "psus": ("hx1500", "1600w titanium", "seasonnic px"),
    "cases": ("meshfy 2 xl", "open frame 8 gpu"),
    "memory": ("2x24", "64gb ddr5"),
    "coolers": ("noctau nh-d15", "aio 360"),
    "drives": ("990 pro 4tb",),
    "models": ("llama 3.1 70b", "qwen3"),
    "chips": ("5060 ti 16",),
}


def _search() -> None:
    """Letter by letter, as it is typed: every letter another search."""
    from planner.catalog.finder import Finder
    from planner.catalog.load import load_catalog

    catalog = load_catalog()
    for kind, texts in TYPED.items():
        finder = Finder(kind, getattr(catalog, kind).values(), catalog)
        pieces = _pieces(finder.prepare())
        taken = []
        for text in texts:
            for end in range(1, len(text) + 1):
                taken += _timed(partial(finder.find, text[:end]), 1)
        _print(f"search {kind}, a letter typed", taken)
        _print(f"search {kind}, making it ready, a piece", pieces)


def _pieces(work: Iterator[object]) -> list[float]:
    taken, begin = [], time.perf_counter()
    for _ in work:
        taken.append((time.perf_counter() - begin) * 1000)
        begin = time.perf_counter()
    return taken or [0.0]


def _picker() -> None:
    """How every part would do, and what a letter typed into the picker costs until its rows are there and painted."""
    from planner.advice.choosing import FIELDS, Target
    from planner.app import start
    from planner.ui.dialogs.picker import Picker

    app, window = start(None)
    while window.results is None:
        app.processEvents()
    _settle(app)
    session = window.session
    for target in (Target("gpus", "gpu-2"), Target("gpus"), Target("psus", "psu-1"), Target("case"), Target("board")):
        known = session.candidates(target)
        pieces = _pieces(known.working_out(getattr(session.catalog, FIELDS[target.kind])))
        words = f"judge a {target.kind} in the build" if target.key else f"judge a {target.kind} added or changed"
        _print(words, pieces)
        _print(f"all {len(known)} of them", [sum(pieces)])
    picker = Picker(session, Target("gpus", "gpu-2"), window)
    picker.show()
    _settle(app)
    rows, painted = [], []
    for text in TYPED["cards"]:
        picker.search.clear()
        _settle(app)
        for letter in text:
            begin = time.perf_counter()
            picker.search.insert(letter)
            rows.append((time.perf_counter() - begin) * 1000)
            picker.table.viewport().repaint()
            painted.append((time.perf_counter() - begin) * 1000)
            _settle(app)
    _print("letter typed in the picker to its rows", rows)
    _print("letter typed in the picker to painted", painted)
    picker.reject()


def _start() -> None:
    """A whole process each time; the first fills the caches."""
    runs = []
    for _ in range(6):
        done = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
        runs.append([float(word) * 1000 for word in done.stdout.split()])
    _print("start to first paint (cold cache)", [runs[0][0]])
    _print("start to first paint", [run[0] for run in runs[1:]])
    _print("start to first paint, processor time", [run[2] for run in runs[1:]])
    _print("start to window complete, charts too", [run[1] for run in runs[1:]])


def _catalog() -> None:
    from planner import places
    from planner.catalog.load import load_catalog

    def cold() -> None:
        for cached in places.cache().glob("catalog-*.json"):
            cached.unlink()
        load_catalog()

    _print("load the catalog, cold", _timed(cold, 3))
    _print("load the catalog, warm", _timed(load_catalog, 9))


def _evaluate() -> None:
    from planner.catalog import examples
    from planner.catalog.load import load_catalog
    from planner.evaluate import evaluate

    catalog = load_catalog()
    large = ROOT / "tests" / "golden" / "builds"
    builds = {name: examples.example(name) for name in examples.names()}
    for name, build in (builds | {"epyc-eight": examples.example("epyc-eight", large)}).items():
        evaluate(build, catalog)
        _print(f"evaluate {name}", _timed(lambda build=build: evaluate(build, catalog), 50))  # type: ignore[misc]


def _what_runs() -> None:
    """The fit alone, and the table of all models; the first table also works every weight out."""
    from planner.advice.what_runs import Asked, WhatRuns
    from planner.analysis.memory import quick_fit
    from planner.catalog import examples
    from planner.catalog.load import load_catalog
    from planner.evaluate import evaluate

    catalog = load_catalog()
    for name in examples.names():
        facts = evaluate(examples.example(name), catalog).facts
        _print(f"fit alone {name}", _timed(lambda facts=facts: quick_fit(facts.rig), 200))  # type: ignore[misc]
        for asked, said in ((Asked(neighbours=False, offload=False), "cards"), (Asked(), "with neighbours and RAM")):
            table = partial(WhatRuns, facts.rig, facts.lanes, catalog, asked)
            _print(f"what runs, {said}", _timed(lambda table=table: list(table().rows()), 2))  # type: ignore[misc]


def _speed() -> None:
    """One estimate of decode and prefill, without and with the sums behind it."""
    from planner.analysis.memory import quick_fit
    from planner.analysis.rig_speed import rig_case
    from planner.analysis.throughput import case_speed, throughput
    from planner.catalog import examples
    from planner.catalog.load import load_catalog
    from planner.evaluate import evaluate

    catalog = load_catalog()
    for name in examples.names():
        facts = evaluate(examples.example(name), catalog).facts
        rig, lanes, fit = facts.rig, facts.lanes, quick_fit(facts.rig)

        def one(rig=rig, lanes=lanes, fit=fit) -> object:
            found = rig_case(rig, lanes, fit)
            assert found is not None
            return case_speed(found[0], rig.calibration, rig.workload.model)

        _print(f"one estimate {name}", _timed(one, 200))
        whole = partial(throughput, rig, lanes, facts.memory)
        _print(f"one estimate with its steps {name}", _timed(whole, 100))


def _chart() -> None:
    """Sixty bars of other figures each time: until the chart is laid out and painted."""
    from planner.advice.bars import Wanted, bars
    from planner.app import start
    from planner.ui.charts.speed_chart import SpeedChart
    from planner.ui.charts.speed_points import DECODE, PREFILL, Under
    from planner.ui.charts.speed_rows import bar_row
    from planner.ui.widgets.page import scrolled

    app, window = start(None)
    report, catalog = window.session.report, window.session.catalog
    wanted = [Wanted(model, quant) for model in catalog.models.values() for quant in ("Q4_K_M", "Q8_0")]
    found = [bar for bar in bars(report.rig, report.facts.lanes, wanted) if bar.decode_tok_s][:60]
    assert len(found) == 60
    chart = SpeedChart()
    area = scrolled(chart)
    area.resize(1280, 260)
    area.show()
    rows = [tuple(bar_row(bar, kind, Under(cards=2)) for bar in found) for kind in (DECODE, PREFILL)]
    taken = []
    for number in range(-4, 40):
        begin = time.perf_counter()
        chart.show_rows(rows[number % 2])
        app.processEvents()
        if number >= 0:
            taken.append((time.perf_counter() - begin) * 1000)
    _print("chart of 60 bars, other figures", taken)
    area.close()
    window.close()


def _repaint() -> None:
    """A card moved to another slot and back through the session: until what changed is laid out and painted, the first
    frame a person sees; then until everything in the window is complete, bars, ways out and their costs too."""
    from planner.app import start
    from planner.domain import edits
    from planner.ui.panels.results import ResultsPanel

    app, window = start(None)
    while window.results is None:
        app.processEvents()
    _settle(app)
    session, results = window.session, window.results
    assert isinstance(results, ResultsPanel)
    slots = [session.build.placement("gpu-2").slot, None]
    frames, wholes = [], []
    for number in range(-4, 30):
        build = edits.move_to_slot(session.build, "gpu-2", slots[number % 2])
        begin = time.perf_counter()
        session.edit("Move GPU 2", build)
        app.sendPostedEvents()
        frame = time.perf_counter() - begin
        window.findings.finish()
        results.throughput.finish()
        app.processEvents()
        if number >= 0:
            frames.append(frame * 1000)
            wholes.append((time.perf_counter() - begin) * 1000)
        _settle(app)
    _print("part change to painted", frames)
    _print("part change to everything complete", wholes)


def _settle(app: object) -> None:
    for _ in range(12):
        app.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.012)


def _timed(call: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def _print(what: str, taken: list[float]) -> None:
    print(f"{what:42} {median(taken):9.2f} ms   ({min(taken):.2f} to {max(taken):.2f}, {len(taken)} runs)", flush=True)


if __name__ == "__main__":
    main()
