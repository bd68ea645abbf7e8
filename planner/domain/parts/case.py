"""Cases and open frames."""

from typing import Literal

from pydantic import Field

from planner.domain.parts.part import Part


class Case(Part):
    kind: Literal["small", "mid tower", "full tower", "super tower", "open frame", "rack"]
    board_sizes: tuple[str, ...]
    expansion_slots: int | None = Field(default=None, ge=0, le=24)
    vertical_slots: int | None = None
    gpu_bays: int | None = None
    """Frames only: places for cards on risers, apart from the board's rows."""
    bay_pitch_mm: float | None = None
    max_gpu_length_mm: float | None = None
    """With front fans mounted unless the record's note says otherwise."""
    max_gpu_length_radiator_mm: float | None = None
    """With a radiator where it is in the cards' way; None where the record does not say."""
    max_gpu_height_mm: float | None = None
    """From the board to the side panel, as far as a card may reach."""
    max_cooler_height_mm: float | None = None
    max_psu_length_mm: float | None = None
    psu_count: int = 1
    shroud_below_last_row_mm: float | None = None
    """Free height under the last expansion row; None where unknown."""
    fans: tuple[str, ...] = ()
    """Mounts as the maker lists them: front 3x140."""
    intake: Literal["closed", "vented", "mesh", "open", "unknown"] = "unknown"
    note: str = ""

    @property
    def open(self) -> bool:
        return self.kind == "open frame"
