"""Builds named on the command line: check, report, checklist, new, migrate, and one sentence for a bad file."""

import json

import pytest

from planner.catalog.examples import example, names
from planner.cli import builds
from planner.domain import edits
from planner.files import buildfile
from planner.files.migrations import VERSION
from tests.cli.calls import refused, run


@pytest.fixture
def build_file(tmp_path, catalog):
    def write(name="dual-4090", edit=lambda build: build):
        path = tmp_path / f"{name}.slotwise"
        buildfile.save(path, edit(example(name)), catalog)
        return path

    return write


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


# Bad builds


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


# New, migrate


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
