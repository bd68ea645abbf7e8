"""The command line as a process, and its usage errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.catalog.examples import example
from tests.cli.calls import refused, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("words", [(), ("no-such-command",), ("check", "--no-such-option"), ("catalog",), ("new",)])
def test_usage_errors_are_one_sentence(capsys, words):
    assert "--help" in refused(capsys, *words)


def test_accuracy_of_some_rows_only(capsys):
    code, out, _ = run(capsys, "accuracy", "throughput", "--where", "quality=A,gpu=RTX 3090", "--json")
    found = json.loads(out)
    assert code == 0
    assert 0 < found["decode"]["all"]["rows"] < 500
    assert "CPU only" not in found["decode"]["groups"]


@pytest.mark.parametrize(
    ("what", "where", "said"),
    [("throughput", "quality", "field=value"), ("throughput", "colour=red", "`colour`"), ("memory", "id=m*", "speeds")],
)
def test_accuracy_of_rows_that_cannot_be_meant(capsys, what, where, said):
    assert said in refused(capsys, "accuracy", what, "--where", where)


def test_accuracy_of_a_file_that_is_not_there(capsys, tmp_path):
    assert "none.csv" in refused(capsys, "accuracy", "throughput", "--data", tmp_path / "none.csv")


WITHOUT_QT = """
import sys
from planner.cli import main
main(["report", "--example", "dual-4090"])
print([name for name in sys.modules if name.startswith(("PySide6", "numpy", "pyqtgraph"))])
"""


def test_no_qt_for_a_report():
    words = [sys.executable, "-c", WITHOUT_QT]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def process(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "planner", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_terminal_without_our_signs_gets_no_traceback():
    done = process("report", "--example", "dual-4090", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    plain = json.loads(process("check", "--example", "dual-4090", "--json", PYTHONIOENCODING="ascii").stdout)
    assert "?" not in plain["build"]


def test_a_reader_that_has_enough_is_no_error():
    words = f"{sys.executable} -m planner report --example dual-4090 | head -1"
    done = subprocess.run(words, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == (f"{example('dual-4090').name}\n", "")


@pytest.mark.parametrize("words", [("catalog", "check"), ("report", "--example", "dual-4090")])
def test_a_reader_that_has_gone_is_no_error(words):
    command = [sys.executable, "-m", "planner", *words]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        command, cwd=ROOT, env=buffered, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as done:
        assert done.stdout and done.stderr
        done.stdout.close()
        assert done.stderr.read() == ""
    assert done.returncode == 0
