"""One published measurement: what ran on what, how fast, who says so."""

from typing import Literal

from pydantic import Field

from planner.domain.base import Record

Text = Literal["", "code", "prose"]
"""What was written, where a source says it."""


class Measurement(Record):
    """Speeds in tok/s. `decode_tok_s` is per stream at one user, otherwise the sum over users."""

    id: str
    source: str
    url: str
    date: str
    gpu: str
    """The name the source used; `chip` is ours where it could be matched."""
    chip: str | None = None
    count: int = Field(ge=0)
    nvlink: bool | None = None
    pcie: str = ""
    engine: str
    engine_version: str = ""
    split: Literal["none", "layer", "row", "tensor", "pipeline"]
    model: str
    """Our id where we have the model, else the source's name."""
    quant: str
    depth: int = Field(default=0, ge=0)
    """Tokens already in the cache when decode was timed."""
    prompt: int | None = None
    generated: int | None = None
    users: int = Field(default=1, ge=1)
    power_limit_w: float | None = None
    decode_tok_s: float | None = None
    prefill_tok_s: float | None = None
    quality: Literal["A", "B", "C"]
    notes: str = ""
    file_gib: float | None = None
    """Size of the weights where the source states it."""
    backend: str = ""
    fused: bool | None = None
    """Whether fused attention was on; None where the source does not say."""
    kv_cache: str = ""
    offload: str = ""
    """What was kept in system RAM, in the source's words; empty for nothing."""
    speculative: str = ""
    """What drafted, how many tokens at a time, and what is known of how many were kept: see `drafted`."""
    cpu: str = ""
    ram: str = ""
    system: str = ""
    own: bool = False
    """Timed by the user on the machine of the build that holds it."""
