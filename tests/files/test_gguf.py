"""Only the header of a GGUF file is read, and nothing in it can do harm."""

import os
import struct
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.files.gguf import KEPT_ARRAY, read_header
from planner.files.problem import FileProblem
from tests.files.gguf_writer import header, write

METADATA = {
    "general.architecture": "llama",
    "llama.block_count": 2,
    "llama.on": True,
    "llama.eps": 0.5,
    "llama.few": [1, 2],
}
SHAPES = {"token_embd.weight": (64, 100), "output.weight": (64, 100)}
WHOLE = header(METADATA, SHAPES)


def test_metadata_and_tensors_are_read(tmp_path):
    found = read_header(write(tmp_path / "m.gguf", METADATA, SHAPES))
    assert found.metadata == METADATA | {"llama.few.length": 2}
    assert [(t.name, t.shape, t.elements) for t in found.tensors] == [
        ("token_embd.weight", (64, 100), 6400),
        ("output.weight", (64, 100), 6400),
    ]


@pytest.mark.parametrize("entries", [["a"] * (KEPT_ARRAY + 1), [1] * (KEPT_ARRAY + 1)])
def test_long_lists_are_counted_not_kept(tmp_path, entries):
    found = read_header(write(tmp_path / "m.gguf", {"tokens": entries, "after": 7}))
    assert found.metadata == {"tokens.length": KEPT_ARRAY + 1, "after": 7}


def test_a_list_of_just_the_kept_length_is_kept(tmp_path):
    found = read_header(write(tmp_path / "m.gguf", {"tokens": ["a"] * KEPT_ARRAY}))
    assert len(found.metadata["tokens"]) == KEPT_ARRAY


def test_of_60_gb_only_the_header_is_read(tmp_path):
    path = write(tmp_path / "m.gguf", METADATA | {"tokens": ["word"] * 150_000}, SHAPES)
    os.truncate(path, 60 * 10**9)
    began = time.process_time()
    assert len(read_header(path).tensors) == 2
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "cut off"),
        (b"GGU", "cut off"),
        (b"PK\x03\x04 and more", "does not begin"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1"),
        (b"GGUF" + struct.pack("<IQQ", 4, 0, 0), "version 4"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**63, 0), "tensors"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 100_001), "100,001 metadata"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62), "a text of"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", 9, 4, 2**40), "claims"),
        (b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", 9, 9, 1), "list of lists"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"k", 99), "unknown type 99"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 1, 0, 1, b"t", 9), "9 dimensions"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 1, 0, 1, b"t", 0), "0 dimensions"),
        (WHOLE[:-1], "cut off"),
    ],
)
def test_what_no_model_has_is_said(tmp_path, data, says):
    path = tmp_path / "broken.gguf"
    path.write_bytes(data)
    with pytest.raises(FileProblem, match=says) as caught:
        read_header(path)
    assert "broken.gguf" in str(caught.value)


def test_a_file_that_is_not_there_or_a_folder(tmp_path):
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(FileProblem, match="cannot be read"):
            read_header(path)


def test_a_header_without_end_is_left(tmp_path):
    """Texts within their limit, but more of them than any model has."""
    path = tmp_path / "m.gguf"
    text = struct.pack("<Q", 2**20) + bytes(2**20)
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 90_000) + (text + struct.pack("<I", 8) + text) * 40)
    with pytest.raises(FileProblem, match="more than 64 MiB"):
        read_header(path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, len(WHOLE)), changes=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))))
def test_damage_is_read_or_refused(tmp_path, cut, changes):
    damaged = bytearray(WHOLE)
    for place, byte in changes:
        damaged[place] = byte
    path = tmp_path / "damaged.gguf"
    path.write_bytes(damaged[:cut] if cut % 3 == 0 else damaged)
    try:
        read_header(path)
    except FileProblem as problem:
        assert "damaged.gguf" in str(problem)
