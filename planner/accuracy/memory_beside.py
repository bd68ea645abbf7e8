"""What loads state of a draft and of an image projector, beside the model."""

from planner.accuracy.memory_rows import Row, Score
from planner.accuracy.memory_run import Run
from planner.analysis.fit_draft import Draft, DraftShare, draft_shares
from planner.analysis.fit_task import image_buffer_mib, projector_bytes
from planner.domain.units import MIB

BESIDE = {
    "mtp_kv": "draft cache",
    "kv_mtp_layer": "draft cache",
    "draft_kv": "draft cache",
    "mtp_compute": "draft buffer",
    "draft_compute": "draft buffer",
    "mmproj_weights": "image projector",
    "mmproj_compute": "image projector's buffer",
}
"""Component of a reading -> what it is scored as."""


def score_beside(row: Row, run: Run, score: Score) -> None:
    scored_as, model = BESIDE[row["component"]], run.model
    if scored_as.startswith("image"):
        value = projector_bytes(model) if scored_as == "image projector" else image_buffer_mib(model) * MIB
        known = model.params_encoders > 0
    else:
        value, known = _of_block(run, scored_as), model.mtp is not None and run.cache.tokens > 0
    if known:
        score.add(row["id"], scored_as, float(row["mib"]), value)
    else:
        score.skipped[f"{scored_as} of a model that has none of its own, or without context"] += 1


def _of_block(run: Run, scored_as: str) -> float:
    """Recurrent states are read apart."""
    if run.model.mtp is None:
        return 0.0
    share = _share(run)
    return share.compute if scored_as == "draft buffer" else share.kv - share.states


def _share(run: Run) -> DraftShare:
    return draft_shares(Draft(run.model, "", block=True), (1.0,), run.cache)[0]
