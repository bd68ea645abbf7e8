"""What all parts share: a name, a price, and where the facts come from."""

from datetime import date
from typing import Literal

from pydantic import Field

from planner.domain.base import Confidence, Evidence, PartId, Record


class Price(Record):
    """A typical street price, or the price at launch."""

    cents: int = Field(ge=0)
    currency: str = "USD"
    kind: Literal["launch", "street", "own"]
    on: date
    source: str


class Part(Record):
    id: PartId
    vendor: str
    name: str
    evidence: Evidence
    price: Price | None = None

    @property
    def title(self) -> str:
        """Vendor and name, without saying the vendor twice."""
        return self.name if self.name.lower().startswith(self.vendor.lower()) else f"{self.vendor} {self.name}"

    def confidence_of(self, field: str) -> Confidence:
        return self.evidence.of(field).confidence
