"""Named fields of a model's description, read with care: what is missing or of the wrong kind is named."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.files.problem import FileProblem

RECURRENT = (
    "ssm.state_size",
    "ssm.inner_size",
    "linear_num_key_heads",
    "mamba_d_state",
    "ssm_state_size",
    "state_size",
    "conv_L_cache",
    "shortconv.l_cache",
    "wkv.head_size",
)
"""A field of a model with layers that are not attention."""


class Fields:
    def __init__(self, path: Path, values: Mapping[str, Any]) -> None:
        self.path, self._values = path, values
        self.notes: list[str] = []
        """What the user should know."""

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str) -> str:
        value = self._values.get(name)
        return value if isinstance(value, str) else ""

    def needed_text(self, name: str) -> str:
        if not (value := self.text(name)):
            raise self.lacks(name)
        return value

    def whole(self, name: str) -> int:
        """A count that must be there. A list that says the same for every layer counts as that number."""
        value = self._values.get(name)
        if value is None:
            raise self.lacks(name)
        if isinstance(value, list) and value and all(entry == value[0] for entry in value):
            value = value[0]
        elif isinstance(value, list):
            raise FileProblem(
                self.path, f"gives each layer its own “{name}”, which cannot be imported yet. Nothing was imported."
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or value < 0:
            raise FileProblem(
                self.path, f"gives “{name}” as {value!r:.40}, not as a whole number. Nothing was imported."
            )
        return int(value)

    def maybe(self, name: str) -> int | None:
        """None where it is missing."""
        return None if self._values.get(name) is None else self.whole(name)

    def lacks(self, name: str) -> FileProblem:
        return FileProblem(self.path, f"lacks “{name}”. Nothing was imported.")

    def refuse_recurrent(self) -> None:
        for name in RECURRENT:
            if self._values.get(name):
                raise FileProblem(
                    self.path,
                    f"describes recurrent layers (“{name}”), which cannot be imported yet; models of this kind "
                    "that are in the catalog can be chosen there.",
                )
