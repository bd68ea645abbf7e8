"""Do the tests notice? Makes one small change after another to a module and runs its tests: a change they let pass
survived. By hand: `python -m tests.mutation [PATH …]`, modules or folders of planner. Works on copies of the tree.

Where processes can be forked, one with everything loaded is copied for each change and the new code is put into the
functions that are there. What survives this is run once more from scratch, since not all that was worked out before can
be replaced so; `--quick` leaves that out.
"""

from __future__ import annotations

import ast
import io
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ROOT / "tests" / "golden" / "mutants.toml"
DEFAULT = [f"planner/rules/{area}" for area in ("power", "lanes", "space", "thermal")]
TOPICS = {"lane": "lanes", "clearance": "space", "board": "space", "plugs": "power", "wall": "power"}
"""By the first word of a module of the analysis, where its test is named otherwise."""
AT_ONCE, LIMIT_S, CONTEXT_CHARS = 2, 60, 100

SIGNS: dict[type[ast.AST], type[ast.AST]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult},
    **{ast.And: ast.Or, ast.Or: ast.And},
}
Change = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Mutant:
    module: str
    line: int
    what: str
    """Function, and the expression before → after."""
    text: str
    """The whole module with this one change."""

    @property
    def key(self) -> str:
        """Without the line, so that it outlives edits further up."""
        return f"{self.module} {self.what}"


def mutants(module: str, text: str) -> Iterator[Mutant]:
    tree = ast.parse(text)
    for node, above in _nodes(tree, ()):
        whole = _context(node, above)
        scope = ".".join(a.name for a in above if isinstance(a, ast.FunctionDef | ast.ClassDef)) or "module"
        before = ast.unparse(whole)
        for change, restore in _changes(node):
            change()
            line = getattr(node, "lineno", 0)
            yield Mutant(module, line, f"{scope}: {before} → {ast.unparse(whole)}", ast.unparse(tree))
            restore()


def _nodes(node: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node with those around it, without texts and annotations."""
    if isinstance(node, ast.JoinedStr):
        return
    yield node, above
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns", "decorator_list"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _nodes(child, (*above, node))


def _context(node: ast.AST, above: tuple[ast.AST, ...]) -> ast.AST:
    """The largest expression or plain statement around it that is still short to read."""
    for outer in reversed(above):
        plain = isinstance(outer, ast.expr | ast.keyword | ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return)
        if not plain or len(ast.unparse(outer)) > CONTEXT_CHARS:
            break
        node = outer
    return node


def _changes(node: ast.AST) -> Iterator[tuple[Change, Change]]:
    """What to do to the node, and how to undo it."""
    match node:
        case ast.Compare():
            for place, sign in enumerate(node.ops):
                if other := SIGNS.get(type(sign)):
                    yield _setting(node, "ops", [*node.ops[:place], other(), *node.ops[place + 1 :]])
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign() if other := SIGNS.get(type(node.op)):
            yield _setting(node, "op", other())
        case ast.UnaryOp(op=ast.Not()):
            yield _setting(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        case ast.Name(id="min" | "max"):
            yield _setting(node, "id", "max" if node.id == "min" else "min")
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield _setting(node, "value", number + 1)
        case ast.Constant(value=float(number)):
            yield _setting(node, "value", number * 1.1 or 1.0)


def _setting(node: ast.AST, field: str, value: object) -> tuple[Change, Change]:
    old = getattr(node, field)
    return lambda: setattr(node, field, value), lambda: setattr(node, field, old)


def tests_of(module: str) -> tuple[str, ...]:
    """tests/rules/test_<area>.py or tests/analysis/test_<topic>.py, and those whose names go on from there."""
    path = Path(module)
    word = path.stem.split("_")[0]
    rules = "rules" in path.parts
    stem = f"rules/test_{path.parent.name}" if rules else f"analysis/test_{TOPICS.get(word, word)}"
    found = (each for ending in (".py", "_*.py") for each in sorted((ROOT / "tests").glob(stem + ending)))
    return tuple(each.relative_to(ROOT).as_posix() for each in found)


class Workshop:
    """Copies of the tree, one for each process at a time."""

    def __init__(self, folder: Path) -> None:
        self.free: queue.Queue[Path] = queue.Queue()
        for number in range(AT_ONCE):
            tree = folder / str(number)
            for name in ("planner", "catalog", "resources", "tests"):
                shutil.copytree(ROOT / name, tree / name)
            shutil.copy(ROOT / "pyproject.toml", tree)
            self.free.put(tree)

    def survives(self, mutant: Mutant) -> bool:
        tree = self.free.get()
        path = tree / mutant.module
        original = path.read_bytes()
        try:
            path.write_text(mutant.text, "utf-8")
            return self.passes(tree, tests_of(mutant.module))
        finally:
            path.write_bytes(original)
            self.free.put(tree)

    @staticmethod
    def passes(tree: Path, tests: Sequence[str]) -> bool:
        """Without compiled files: they could be taken for those of the change before."""
        command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        try:
            done = subprocess.run(command, cwd=tree, capture_output=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def put_in(module: ModuleType, text: str) -> None:
    """The new code into what others have already imported: functions, methods, figures and tables."""
    fresh: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(text, str(module.__file__), "exec", dont_inherit=True), fresh)
    for name, new in fresh.items():
        old = vars(module).get(name)
        if getattr(old, "__module__", module.__name__) == module.__name__ and not name.startswith("__"):
            if isinstance(old, type):
                for member, value in vars(new).items():
                    _replace(vars(old).get(member), value)
            elif not _replace(old, new) and isinstance(new, int | float | str | tuple | dict | frozenset):
                setattr(module, name, new)


def _replace(old: Any, new: Any) -> bool:
    """False where it is no function."""
    old, new = (getattr(o, "fget", None) or getattr(o, "__wrapped__", o) for o in (old, new))
    if not isinstance(old, FunctionType) or not isinstance(new, FunctionType):
        return False
    if len(old.__code__.co_freevars) == len(new.__code__.co_freevars):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    return True


def quick_survivors(mine: list[Mutant], tests: Sequence[str]) -> list[Mutant]:
    """Those that pass in copies of this process; all of them where it cannot be copied."""
    if not hasattr(os, "fork"):
        return mine
    left: list[Mutant] = []
    running: dict[int, Mutant] = {}
    waiting = list(mine)
    while waiting or running:
        if waiting and len(running) < AT_ONCE:
            mutant = waiting.pop(0)
            running[os.fork() or _try(mutant, tests)] = mutant
        else:
            pid, status = os.wait()
            mutant = running.pop(pid)
            left += [mutant] if status == 0 else []
    return left


def _try(mutant: Mutant, tests: Sequence[str]) -> int:
    signal.alarm(LIMIT_S)
    code = 1
    try:
        put_in(sys.modules[mutant.module.removesuffix(".py").replace("/", ".")], mutant.text)
        code = _pytest("-x", *tests)
    finally:
        os._exit(code)


def _pytest(*arguments: str) -> int:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return int(pytest.main(["-q", "-p", "no:cacheprovider", *arguments]))


def _modules(arguments: list[str]) -> list[str]:
    places = [ROOT / name for name in arguments]
    found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*.py"))]
    return sorted(path.resolve().relative_to(ROOT).as_posix() for path in found if path.name != "__init__.py")


def main(arguments: list[str]) -> int:
    if hasattr(os, "nice"):
        os.nice(15)
    known = tomllib.loads(KNOWN.read_text("utf-8")) if KNOWN.exists() else {}
    quick = "--quick" in arguments
    arguments = [argument for argument in arguments if argument != "--quick"]
    modules = [module for module in _modules(arguments or DEFAULT) if tests_of(module)]
    made, unexplained, gone = 0, 0, dict(known)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        workshop = Workshop(Path(folder))
        os.chdir(Path(folder) / "0")
        sys.path[0] = os.getcwd()
        sys.modules.pop("tests", None)
        for tests in sorted({tests_of(module) for module in modules}):
            if _pytest("--collect-only", *tests) or not workshop.passes(Path.cwd(), tests):
                print(f"{' or '.join(tests)} fails on the unchanged tree.", file=sys.stderr)
                return 2
        for module in modules:
            mine = list(mutants(module, Path(module).read_text("utf-8")))
            left = quick_survivors(mine, tests_of(module))
            new = [mutant for mutant in left if mutant.key not in known]
            if not quick:
                new = [mutant for mutant, alive in zip(new, pool.map(workshop.survives, new), strict=True) if alive]
            made, unexplained = made + len(mine), unexplained + len(new)
            explained = {mutant.key for mutant in left if gone.pop(mutant.key, None)}
            print(f"{module}: {len(mine)} changes, {len(explained)} explained, {len(new)} unnoticed", flush=True)
            for mutant in new:
                print(f"  {mutant.module}:{mutant.line} {mutant.what}", flush=True)
        os.chdir(ROOT)
    for key in gone:
        if key.split(" ")[0] in modules:
            print(f"Explained, but noticed or gone: {key}")
    print(f"{made - unexplained} of {made} noticed or explained: {100 * (made - unexplained) / max(made, 1):.1f} %")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
