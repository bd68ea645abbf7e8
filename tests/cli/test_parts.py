"""Own and shipped parts on the command line."""

import json

import pytest

from planner import places
from tests.cli.calls import refused, run


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
