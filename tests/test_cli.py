"""The command line: what it prints, its exit codes, and one sentence for whatever is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner import cli, places
from planner.catalog.examples import example, names
from planner.cli import builds
from planner.domain import edits
from planner.files import buildfile
from planner.files.migrations import VERSION

ROOT = Path(__file__).resolve().parents[1]


def run(capsys, *words: object) -> tuple[int, str, str]:
    try:
        code = cli.main([str(word) for word in words])
    except SystemExit as stopped:
        code = int(str(stopped.code or 0))
    out, err = capsys.readouterr()
    return code, out, err


def refused(capsys, *words: object) -> str:
    """The one sentence of a call that cannot be done."""
    code, out, err = run(capsys, *words)
    assert code == 2, (out, err)
    assert out == ""
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("slotwise: ")
    assert "Traceback" not in err
    return lines[0]


@pytest.fixture
def build_file(tmp_path, catalog):
    def write(name="dual-4090", edit=lambda build: build):
        path = tmp_path / f"{name}.slotwise"
        buildfile.save(path, edit(example(name)), catalog)
        return path

    return write


# ------------------------------------------------------------------ check, report, checklist


@pytest.mark.parametrize(("name", "code"), [("dual-4090", 1), ("dual-4090-right", 0)])
def test_check_ends_with_1_for_errors(capsys, build_file, name, code):
    found, out, _ = run(capsys, "check", build_file(name))
    assert found == code
    assert out.startswith(example(name).name)


def test_check_json_is_one_object_on_stdout(capsys, build_file):
    code, out, err = run(capsys, "check", build_file(), "--json")
    plain = json.loads(out)
    assert (code, err) == (1, "")
    assert (plain["schema"], plain["verdict"]) == (1, "error")
    keys = {"build", "findings", "passed", "not_checked", "links", "power", "memory", "throughput", "cost"}
    assert keys <= set(plain)
    finding = plain["findings"][0]
    fields = {"rule", "id", "severity", "title", "message", "parts", "where", "key", "fixes", "accepted"}
    assert fields <= set(finding)
    assert {"gpu", "slot", "width", "gen", "root", "gb_s"} <= set(plain["links"][0])
    assert {"sustained_w", "peak_w", "wall_w", "supply_w"} <= set(plain["power"])
    assert {"fits", "per_gpu_gib", "usable_gib", "ram_gib", "max_context"} <= set(plain["memory"])
    assert set(plain["throughput"]["decode_tok_s"]) == {"value", "low", "high"}
    assert {"total", "currency", "unpriced"} <= set(plain["cost"])


def test_notes_about_a_file_go_to_stderr(capsys, build_file):
    path = build_file(edit=lambda build: edits.choose(build, "case", "no-such-case"))
    code, out, err = run(capsys, "check", path, "--json")
    assert code == 1
    assert json.loads(out)["unknown_parts"] == ["no-such-case"]
    assert "no-such-case" in err


def test_a_policy_file_changes_what_a_rule_may_say(capsys, build_file, tmp_path):
    path, policy = build_file(), tmp_path / "policy.json"
    first = json.loads(run(capsys, "check", path, "--json")[1])["findings"][0]
    policy.write_text(json.dumps({"max_severity": {first["rule"]: "info"}}))
    after = json.loads(run(capsys, "check", path, "--policy", policy, "--json")[1])["findings"]
    assert {f["severity"] for f in after if f["rule"] == first["rule"]} == {"info"}
    policy.write_text(json.dumps({"max_severity": {first["rule"]: "off"}}))
    after = json.loads(run(capsys, "check", path, "--policy", policy, "--json")[1])
    assert first["rule"] in after["off"]
    assert first["rule"] not in {f["rule"] for f in after["findings"]}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"spare_percent": "much"}', '{"other": 1}'])
def test_a_bad_policy_is_a_sentence(capsys, build_file, tmp_path, text):
    policy = tmp_path / "policy.json"
    policy.write_text(text)
    assert "policy.json" in refused(capsys, "check", build_file(), "--policy", policy)


@pytest.mark.parametrize("name", names())
def test_report_of_every_example(capsys, name):
    code, out, err = run(capsys, "report", "--example", name)
    assert (code, err) == (0, "")
    assert "\nLinks\n" in out


def test_checklist_on_stdout_is_markdown(capsys):
    code, out, _ = run(capsys, "checklist", "--example", "dual-4090")
    assert code == 0
    assert out.startswith("# ")


@pytest.mark.parametrize(("suffix", "start"), [("md", b"# "), ("html", b"<!doctype html>"), ("pdf", b"%PDF-")])
def test_checklist_files(capsys, qapp, tmp_path, suffix, start):
    target = tmp_path / f"list.{suffix}"
    assert run(capsys, "checklist", "--example", "dual-4090", "-o", target)[0] == 0
    assert target.read_bytes().startswith(start)


def test_checklist_of_another_kind(capsys, tmp_path):
    assert ".docx" in refused(capsys, "checklist", "--example", "dual-4090", "-o", tmp_path / "list.docx")


@pytest.mark.parametrize("suffix", ["md", "html", "pdf"])
def test_a_folder_that_is_not_there(capsys, qapp, tmp_path, suffix):
    said = refused(capsys, "checklist", "--example", "dual-4090", "-o", tmp_path / "none" / f"list.{suffix}")
    assert "no such file" in said


# ------------------------------------------------------------------ bad builds


def head(**fields: object) -> bytes:
    return json.dumps({"format": buildfile.FORMAT, "version": VERSION} | fields).encode()


BAD = {
    "empty": (b"", "is empty"),
    "not JSON": (b"\x89PNG\r\n", "holds something else"),
    "cut": (head(name="a long name")[:-9], "cut off"),
    "a list": (b"[1]", "not a Slotwise build"),
    "wrong type": (head(name=1), '"name"'),
    "NaN": (head(name="x").replace(b'"x"', b"NaN"), "not a whole JSON text"),
    "unknown field": (head(made_up=1), '"made_up"'),
    "deep": (head(name="x").replace(b'"x"', b'{"a":' * 50_000), "not a whole JSON text"),
    "newer": (head().replace(b'"version": 1', b'"version": 99'), "newer Slotwise"),
    "too large": (b" " * (buildfile.MAX_BYTES + 1), "bytes"),
}


@pytest.mark.parametrize("command", ["check", "report", "checklist", "migrate"])
@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
def test_bad_builds(capsys, tmp_path, command, data, said):
    path = tmp_path / "bad.slotwise"
    path.write_bytes(data)
    assert said in refused(capsys, command, path)
    assert path.read_bytes() == data


def test_100_mb(capsys, tmp_path):
    path = tmp_path / "huge.slotwise"
    with path.open("wb") as file:
        file.truncate(100 * 10**6)
    assert "100,000,000 bytes" in refused(capsys, "check", path)


@pytest.mark.parametrize("name", ["missing.slotwise", ""])
def test_no_such_build(capsys, tmp_path, name):
    assert refused(capsys, "check", tmp_path / name)


def test_nothing_named(capsys):
    assert "name a build file" in refused(capsys, "check")


@pytest.mark.parametrize("command", ["check", "report", "checklist"])
def test_no_such_example(capsys, command):
    assert "dual-4090" in refused(capsys, command, "--example", "no-such")


# ------------------------------------------------------------------ new, migrate


def test_new_writes_an_example(capsys, tmp_path, catalog):
    path = tmp_path / "mine.slotwise"
    code, out, err = run(capsys, "new", "--example", "quad-3090", "-o", path)
    assert (code, out) == (0, "")
    assert "mine.slotwise written" in err
    assert buildfile.load(path, catalog).build == example("quad-3090")


def test_new_with_an_unknown_name(capsys, tmp_path):
    assert "there is no example" in refused(capsys, "new", "--example", "x", "-o", tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_migrate_leaves_a_current_file_alone(capsys, build_file):
    path = build_file()
    before = path.read_bytes()
    code, _, err = run(capsys, "migrate", path)
    assert (code, path.read_bytes()) == (0, before)
    assert "nothing was changed" in err


def test_migrate_keeps_the_old_file(capsys, build_file, monkeypatch):
    path = build_file()
    before = path.read_bytes()
    for module in (builds, buildfile):
        monkeypatch.setattr(module, "VERSION", VERSION + 1)
    monkeypatch.setattr("planner.files.migrations.MIGRATIONS", (lambda plain: plain | {"name": "Migrated"},) * VERSION)
    code, _, err = run(capsys, "migrate", path)
    assert code == 0, err
    assert json.loads(path.read_bytes())["name"] == "Migrated"
    assert path.with_name(f"{path.name}.v{VERSION}").read_bytes() == before
    path.write_bytes(before)
    assert "is in the way" in refused(capsys, "migrate", path)


# ------------------------------------------------------------------ estimate


ASKED = ("estimate", "--gpu", "3090", "--count", 2, "--model", "llama-3.3-70b", "--quant", "Q4_K_M")


def test_estimate_in_words(capsys):
    code, out, _ = run(capsys, *ASKED)
    assert code == 0
    assert "Decode, per user" in out
    assert "Most users at once" in out


def test_estimate_as_json(capsys):
    plain = json.loads(run(capsys, *ASKED, "--json", "--link", "gen4x8")[1])
    assert plain["memory"]["fits"] is True
    band = plain["throughput"]["decode_tok_s"]
    assert band["low"] < band["value"] < band["high"]
    assert plain["assumed"]
    assert plain["not_modelled"]
    possible = {answer["question"]: answer["changes"] for answer in plain["possible"]}
    assert possible["Longest context"]["context"] > 8192


SPECULATING = ("estimate", "--gpu", "3090", "--model", "Qwen3.6-27B", "--quant", "Q4_K_M", "--draft", "Qwen3.6-27B")


def test_estimate_with_speculation(capsys):
    code, out, _ = run(capsys, *SPECULATING)
    assert code == 0
    for label in ("Tokens drafted", "Drafted tokens kept", "Tokens per cycle", "Time of the cycle", "Gain by"):
        assert label in out
    words = " ".join(out.split())
    assert "of the drafted tokens are kept, as is usual: more of code, less of prose" in words
    assert "this one is as the text allows" in words


def test_estimate_with_the_acceptance_expected(capsys):
    low, high = (
        json.loads(run(capsys, *SPECULATING, "--acceptance", share, "--json")[1])["throughput"] for share in (0.3, 0.9)
    )
    assert (low["speculation"]["accepted"], high["speculation"]["accepted"]) == (0.3, 0.9)
    assert low["decode_tok_s"]["value"] < high["decode_tok_s"]["value"]
    assert "acceptance" in refused(capsys, *SPECULATING, "--acceptance", 1.5)


def test_what_the_engine_cannot_do_is_said(capsys):
    plain = json.loads(run(capsys, *ASKED, "--engine", "vllm", "--split", "row", "--json")[1])
    assert plain["memory"]["fits"] is False
    assert plain["memory"]["refused"]
    assert plain["throughput"] is None


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--gpu", "no such card", "no such card"),
        ("--model", "no such model", "no such model"),
        ("--engine", "no such engine", "no such engine"),
        ("--link", "fast", "gen4x8"),
        ("--ram", "much", "8x64 DDR4-3200"),
        ("--context", "10", "context"),
        ("--context", "many", "--context"),
        ("--count", "0", "--count"),
        ("--users", "-1", "users"),
        ("--quant", "", "quant"),
        ("--split", "sideways", "--split"),
        ("--kv-type", "q9", "--kv-type"),
    ],
)
def test_bad_estimates(capsys, option, value, said):
    assert said in refused(capsys, *ASKED, option, value)


def test_what_runs_lists_every_model_once(capsys, catalog):
    code, out, _ = run(capsys, "what-runs", "--example", "rtx-pro-6000")
    assert code == 0
    assert all(out.count(f"\n{model.name} ") >= 1 for model in catalog.models.values())


def test_what_runs_as_json(capsys, catalog):
    code, out, _ = run(capsys, "what-runs", "--example", "quad-3090", "--context", "8192", "--json")
    found = json.loads(out)
    assert code == 0 and found["context"] == 8192 and len(found["rows"]) == len(catalog.models)
    assert found["rows"][0]["here"].keys() >= {"verdict", "max_context", "spare_gib", "decode_tok_s"}


def test_what_runs_wants_a_sensible_context(capsys):
    assert "256 to 16,777,216" in refused(capsys, "what-runs", "--example", "dual-4090", "--context", "5")


def test_a_doubtful_name_lists_the_candidates(capsys):
    said = refused(capsys, *ASKED, "--gpu", "rtx 30")
    assert "3090" in said
    assert "3080" in said


# ------------------------------------------------------------------ catalog, usage


def test_catalog_check(capsys):
    code, out, _ = run(capsys, "catalog", "check", "--json")
    plain = json.loads(out)
    assert code == (1 if plain["problems"] else 0)
    assert plain["counts"]["models"] > 100


def test_catalog_search(capsys):
    code, out, _ = run(capsys, "catalog", "search", "3090", "--kind", "chips")
    assert code == 0
    assert "rtx-3090" in out
    assert "nothing in the catalog" in refused(capsys, "catalog", "search", "zzz-no-part")


def test_catalog_show(capsys):
    code, out, _ = run(capsys, "catalog", "show", "rtx-3090")
    assert code == 0
    assert "GB/s" in out
    assert "no part has the id" in refused(capsys, "catalog", "show", "rtx-9999")


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "user_parts", lambda: tmp_path / "parts")
    return tmp_path / "parts"


def test_catalog_copy_writes_a_file_to_edit(capsys, own_folder):
    code, out, _ = run(capsys, "catalog", "copy", "corsair-ax1600i", "my-supply")
    path = own_folder / "psus" / "my-supply.json"
    assert code == 0
    assert f"Written: {path}" in out
    assert "Not known: " in out
    assert "null stands for" in out
    assert run(capsys, "catalog", "show", "my-supply")[0] == 0
    assert "is taken" in refused(capsys, "catalog", "copy", "corsair-ax1600i", "my-supply")
    assert "no part has the id" in refused(capsys, "catalog", "copy", "nothing", "mine")
    assert "cannot be an id" in refused(capsys, "catalog", "copy", "corsair-ax1600i", "My Supply")


def test_catalog_import_says_what_it_wrote(capsys, own_folder, tmp_path):
    config = {
        "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 14336,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
        "_name_or_path": "maker/My-8B",
    }  # fmt: skip
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    code, out, _ = run(capsys, "catalog", "import", path)
    assert code == 0
    assert out.startswith("My-8B (model)")
    assert str(own_folder / "models" / "own-my-8b.json") in out
    assert run(capsys, "estimate", "--gpu", "RTX 3090", "--model", "own-my-8b", "--quant", "Q4_K_M")[0] == 0


def test_catalog_import_refuses_in_one_sentence(capsys, own_folder, tmp_path):
    path = tmp_path / "config.json"
    path.write_text("{}", encoding="utf-8")
    assert "config.json: is JSON, but neither" in refused(capsys, "catalog", "import", path)
    assert "cannot be read" in refused(capsys, "catalog", "import", tmp_path / "none.gguf")
    assert not own_folder.exists()


def test_a_broken_own_part_is_named_and_the_rest_works(capsys, own_folder):
    run(capsys, "catalog", "copy", "corsair-ax1600i", "my-supply")
    path = own_folder / "psus" / "my-supply.json"
    path.write_text(path.read_text("utf-8").replace('"watts": 1600', '"watts": -1'), encoding="utf-8")
    code, out, _ = run(capsys, "catalog", "check")
    assert code == 1
    assert "own parts, psus/my-supply.json, my-supply: watts:" in out
    code, _, err = run(capsys, "catalog", "show", "corsair-ax1600i")
    assert code == 0
    assert "my-supply: watts" in err
    assert "(left out)" in err


def test_own_parts_are_checked_like_the_others(capsys, own_folder):
    run(capsys, "catalog", "copy", "corsair-ax1600i", "my-supply")
    path = own_folder / "psus" / "my-supply.json"
    path.write_text(
        path.read_text("utf-8").replace('"low_line_watts": null', '"low_line_watts": 9000'), encoding="utf-8"
    )
    _, out, _ = run(capsys, "catalog", "check")
    assert "psus/my-supply, low_line_watts: 9000 W is more than its 1600 W" in out


def test_catalog_summary(capsys):
    code, out, _ = run(capsys, "catalog", "summary")
    assert code == 0
    assert "| chips |" in out


@pytest.mark.parametrize("words", [(), ("no-such-command",), ("check", "--no-such-option"), ("catalog",), ("new",)])
def test_usage_errors_are_one_sentence(capsys, words):
    assert "--help" in refused(capsys, *words)


def test_accuracy_of_a_file_that_is_not_there(capsys, tmp_path):
    assert "none.csv" in refused(capsys, "accuracy", "throughput", "--data", tmp_path / "none.csv")


# ------------------------------------------------------------------ as a process


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


def test_a_terminal_without_our_signs_gets_no_traceback():
    done = process("report", "--example", "dual-4090", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    plain = json.loads(process("check", "--example", "dual-4090", "--json", PYTHONIOENCODING="ascii").stdout)
    assert "?" not in plain["build"]


def test_a_closed_pipe_is_no_error():
    words = f"{sys.executable} -m planner report --example dual-4090 | head -1"
    done = subprocess.run(words, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{example('dual-4090').name}\n"
    assert done.stderr == ""
