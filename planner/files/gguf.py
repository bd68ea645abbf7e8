"""The header of a GGUF file: its metadata and its tensors' names, shapes and types. The body is never read.

Layout as the GGUF specification in github ggml-org/ggml (docs/gguf.md) gives it, versions 2 and 3, little-endian.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from planner.files.problem import FileProblem

MAX_HEADER_BYTES = 64 * 2**20
MAX_ENTRIES = 100_000
MAX_STRING_BYTES = 2**20
MAX_ARRAY = 2_000_000
MAX_DIMENSIONS = 8
READ_BYTES = 2**20
KEPT_ARRAY = 4096
"""Longer arrays (vocabularies) are counted, not kept."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True, slots=True)
class Tensor:
    name: str
    shape: tuple[int, ...]
    """Row length first, as ggml counts."""
    type: int
    """ggml's number of the type."""

    @property
    def elements(self) -> int:
        count = 1
        for extent in self.shape:
            count *= extent
        return count


@dataclass(frozen=True, slots=True)
class Header:
    metadata: Mapping[str, Any]
    """An array longer than KEPT_ARRAY is given as its length under `<key>.length`."""
    tensors: tuple[Tensor, ...]


class _Broken(Exception):
    """What is wrong, in words that go after the file's name."""


def read_header(path: Path) -> Header:
    """`FileProblem` for a file that cannot be read, is not GGUF, or has a header no model has."""
    try:
        with path.open("rb", buffering=READ_BYTES) as file:
            return _Reader(file).header()
    except OSError as e:
        raise FileProblem(path, f"cannot be read: {(e.strerror or str(e)).lower()}.") from e
    except _Broken as e:
        raise FileProblem(path, f"{e} Nothing was imported.") from e


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._taken = 0

    def header(self) -> Header:
        if self._bytes(4) != b"GGUF":
            raise _Broken("is not a GGUF file: it does not begin with “GGUF”.")
        version = self._number("I")
        if version not in (2, 3):
            raise _Broken(f"has GGUF version {version}; versions 2 and 3 can be read.")
        tensors = self._count("Q", "tensors")
        entries = self._count("Q", "metadata entries")
        metadata: dict[str, Any] = {}
        for _ in range(entries):
            key = self._string()
            self._value(metadata, key, self._number("I"))
        return Header(metadata, tuple(self._tensor() for _ in range(tensors)))

    def _tensor(self) -> Tensor:
        name = self._string()
        dimensions = self._number("I")
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise _Broken(f"has a broken header: tensor “{name[:60]}” has {dimensions} dimensions.")
        shape = tuple(self._number("Q") for _ in range(dimensions))
        kind = self._number("I")
        self._number("Q")  # where its data lies
        return Tensor(name, shape, kind)

    def _value(self, metadata: dict[str, Any], key: str, kind: int) -> None:
        if kind == _ARRAY:
            self._array(metadata, key)
        else:
            metadata[key] = self._scalar(kind, key)

    def _array(self, metadata: dict[str, Any], key: str) -> None:
        kind, length = self._number("I"), self._number("Q")
        if length > MAX_ARRAY:
            raise _Broken(f"has a broken header: “{key[:60]}” claims {length:,} entries.")
        if kind == _ARRAY:
            raise _Broken(f"has a list of lists under “{key[:60]}”, which no model needs.")
        metadata[f"{key}.length"] = length
        if kind in _SCALARS and length > KEPT_ARRAY:
            self._bytes(length * struct.calcsize(_SCALARS[kind]))
            return
        if kind == _STRING and length > KEPT_ARRAY:
            for _ in range(length):
                self._bytes(self._length())
            return
        values = [self._scalar(kind, key) for _ in range(length)]
        if length <= KEPT_ARRAY:
            metadata[key] = values

    def _scalar(self, kind: int, key: str) -> Any:
        if kind == _STRING:
            return self._string()
        if kind not in _SCALARS:
            raise _Broken(f"has a broken header: “{key[:60]}” is of unknown type {kind}.")
        return self._number(_SCALARS[kind])

    def _count(self, code: str, what: str) -> int:
        count: int = self._number(code)
        if count > MAX_ENTRIES:
            raise _Broken(f"has a broken header: it claims {count:,} {what}.")
        return count

    def _string(self) -> str:
        return self._bytes(self._length()).decode("utf-8", errors="replace")

    def _length(self) -> int:
        length: int = self._number("Q")
        if length > MAX_STRING_BYTES:
            raise _Broken(f"has a broken header: a text of {length:,} bytes.")
        return length

    def _number(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._bytes(struct.calcsize(code)))[0]

    def _bytes(self, count: int) -> bytes:
        self._taken += count
        if self._taken > MAX_HEADER_BYTES:
            raise _Broken(f"has a header of more than {MAX_HEADER_BYTES // 2**20} MiB, which no model has.")
        data = self._file.read(count)
        if len(data) < count:
            raise _Broken("ends inside its header: the download may be cut off.")
        return data
