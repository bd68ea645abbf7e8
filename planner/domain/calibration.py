"""Constants of the speed estimates, fitted on measurements: data, with their spread and date."""

from collections.abc import Mapping

from planner.domain.base import Record


class Calibration(Record):
    """Names are the estimator's own terms, such as `eta nv-gddr 4-8bit`; units are in the names or in `notes`."""

    fitted_on: str
    rows: int
    constants: Mapping[str, float]
    spread: Mapping[str, tuple[float, float]]
    """Situation -> factors (low, high) that hold 80 % of held-out measurements."""
    errors: Mapping[str, Mapping[str, float]]
    """Situation -> rows, median_pct, p90_pct, bias_pct, coverage_pct, cross-validated."""
    notes: str = ""
