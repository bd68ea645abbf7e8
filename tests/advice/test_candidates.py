"""How a part would do is what the rules say with it and not without it; what could not be checked is no pass."""

from dataclasses import replace
from datetime import date

import pytest

from planner.advice.candidates import COUNTERPARTS, Candidates, Level, Said, Standing
from planner.advice.choosing import FIELDS, NOUNS, Target, chosen_part, put, taken_out
from planner.catalog import examples
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.findings import Accepted, Severity
from planner.domain.policy import Policy
from planner.evaluate import evaluate
from tests.ui.fake_reports import judge
from tests.ui.fakes import CATALOG, make_build


def fake(target, build=None):
    build = build or make_build()
    return Candidates(judge(build, CATALOG, Policy()), CATALOG, target, lambda b: judge(b, CATALOG, Policy()))


def real(catalog, target, build):
    return Candidates(evaluate(build, catalog), catalog, target, lambda b: evaluate(b, catalog))


def titles(said):
    return [one.title for one in said]


# ------------------------------------------------------------------ what is brought


def test_a_supply_answers_for_what_it_leaves(catalog):
    supplies = fake(Target("psus", "psu-1"))
    assert titles(supplies.standing("volta-1000").errors) == [
        "Power supply is too small",
        "GPU 2 has no power connector",
    ]
    assert supplies.standing("volta-1600").level == Level.FITS


def test_what_is_there_already_and_gets_no_worse_is_not_the_parts_doing():
    """The supply is too small for two 4090s; a 5090 makes that worse, an A4000 does not."""
    cards = fake(Target("gpus", "gpu-2"))
    assert "Power supply is too small" in titles(cards.standing("rtx-5090-fe").errors)
    for part in ("rtx-4090-fe", "rtx-a4000"):
        assert titles(cards.standing(part).errors) == ["GPU 2 has no power connector"]


def test_a_third_card_brings_only_what_it_brings():
    standing = fake(Target("gpus")).standing("rtx-a4000")
    assert titles(standing.warnings) == []  # both cards ran at x8 before
    assert "Power supply is too small" in titles(standing.errors)  # 140 W more than before


@pytest.mark.parametrize("kind", sorted(NOUNS))
def test_the_same_rules_say_it(catalog, kind):
    """Each error and warning told is in the report of the build with the part, and no error of it goes untold."""
    build = examples.example("dual-4090")
    chosen = getattr(build.parts, kind)
    key = chosen[0].key if isinstance(chosen, tuple) and chosen else None
    candidates = real(catalog, Target(kind, key), build)
    now, without = candidates.report, evaluate(taken_out(build, candidates.target), catalog)
    known_before = {f.rule for f in (*without.open_findings, *now.open_findings) if f.severity == Severity.ERROR}
    for part in list(getattr(catalog, FIELDS[kind]))[::40]:
        standing = candidates.standing(part)
        after = evaluate(put(now, catalog, candidates.target, part, lambda b: evaluate(b, catalog)), catalog)
        found = {(f.key, f.severity) for f in after.open_findings}
        assert {(s.key, s.severity) for s in (*standing.errors, *standing.warnings)} <= found
        told = {said.key for said in standing.errors}
        untold = [f for f in after.open_findings if f.severity == Severity.ERROR and f.key not in told]
        assert all(f.rule in known_before for f in untold), part


def test_an_accepted_error_counts_no_more():
    build = make_build()
    finding = judge(build, CATALOG, Policy()).findings[0]
    accepted = edits.accept(build, Accepted(key=finding.key, reason="known", value=finding.value, on=date(2026, 11, 1)))
    assert finding.title not in titles(fake(Target("psus", "psu-1"), accepted).standing("volta-1000").errors)


# ------------------------------------------------------------------ what is not known


def test_missing_data_is_not_checked_and_names_what_is_needed(catalog):
    build = examples.example("dual-4090")
    known = catalog.cases["fractal-design-torrent"]
    lacking = known.model_copy(update={"id": "lacking", "max_gpu_length_mm": None})
    catalog = replace(catalog, cases={**catalog.cases, "lacking": lacking})
    standing = real(catalog, Target("case"), build).standing("lacking")
    assert any("length" in need for need in standing.needs)
    assert standing.level != Level.FITS
    assert "ot checked, need: " in standing.words
    assert all(known.title not in need for need in standing.needs)


def test_what_was_open_without_the_part_is_not_asked_of_it(catalog):
    build = examples.example("dual-4090")
    without = evaluate(taken_out(build, Target("gpus", "gpu-2")), catalog)
    before = {need for entry in without.not_checked for need in entry.needs}
    standing = real(catalog, Target("gpus", "gpu-2"), build).standing("nvidia-rtx-4090-founders-edition")
    assert not before & set(standing.needs)


@pytest.mark.parametrize(("kind", "needed"), sorted(COUNTERPARTS.items()))
def test_nothing_fits_a_build_that_lacks_what_it_goes_with(catalog, kind, needed):
    candidates = real(catalog, Target(kind), Build())
    for part in list(getattr(catalog, FIELDS[kind]))[:3]:
        standing = candidates.standing(part)
        assert standing.level != Level.FITS
        assert len(standing.needs) >= len(needed)
        assert len(set(standing.needs)) == len(standing.needs)


def test_what_it_goes_with_is_not_asked_for_once_it_is_chosen():
    assert "a graphics card" not in fake(Target("psus", "psu-1")).standing("volta-1600").needs
    bare = fake(Target("psus", "psu-1"), edits.remove(edits.remove(make_build(), "gpus", "gpu-1"), "gpus", "gpu-2"))
    assert bare.standing("volta-1600").words == "Not checked, need: a graphics card"


def test_open_questions_of_cost_are_no_matter_of_fit(catalog):
    """A supply without a price leaves the price of a GiB open, and fits."""
    build = examples.example("dual-4090")
    unpriced = catalog.psus["corsair-ws3000"].model_copy(update={"price": None})
    catalog = replace(catalog, psus={**catalog.psus, "corsair-ws3000": unpriced})
    standing = real(catalog, Target("psus", "psu-1"), build).standing("corsair-ws3000")
    assert not any("price" in need for need in standing.needs)


# ------------------------------------------------------------------ what fits


def test_an_error_another_part_would_not_bring_does_not_fit():
    supplies = fake(Target("psus", "psu-1"))
    assert supplies.fits("volta-1000") is None
    supplies.standing("volta-1000")
    assert supplies.fits("volta-1000") is None  # nothing better is known yet
    supplies.standing("volta-1600")
    assert (supplies.fits("volta-1000"), supplies.fits("volta-1600")) == (False, True)


def test_an_error_every_part_brings_is_no_fault_of_one():
    cards = fake(Target("gpus", "gpu-2"))
    for part in CATALOG.cards:
        cards.standing(part)
    assert cards.complete
    assert [cards.fits(part) for part in ("rtx-4090-fe", "rtx-5090-fe", "rtx-a4000")] == [True, False, True]


def test_pieces_stop_after_each_judgement_and_do_nothing_twice():
    calls = []
    build = make_build()

    def counting(changed):
        calls.append(changed)
        return judge(changed, CATALOG, Policy())

    candidates = Candidates(judge(build, CATALOG, Policy()), CATALOG, Target("psus", "psu-1"), counting)
    seen = [len(calls) for _ in candidates.working_out(CATALOG.psus)]
    assert seen == [1, 2, 3]  # the build without a supply, then each supply
    assert list(candidates.working_out(CATALOG.psus)) == []
    assert len(candidates) == 2


def test_the_part_that_is_there_can_be_told_of_too():
    target = Target("psus", "psu-1")
    assert fake(target).standing(chosen_part(make_build(), target)).level == Level.FAILS


# ------------------------------------------------------------------ words

E1, E2 = (Said(Severity.ERROR, f"A@{n}", f"Error {n}", "Because.") for n in (1, 2))
W1 = Said(Severity.WARNING, "B@1", "Warm", "A little.")


@pytest.mark.parametrize(
    ("standing", "words", "level"),
    [
        (Standing(), "Fits", Level.FITS),
        (Standing(errors=(E1,)), "Error: Error 1", Level.FAILS),
        (Standing(errors=(E1, E2), warnings=(W1,)), "2 errors: Error 1; Error 2", Level.FAILS),
        (Standing(errors=(E1, E1)), "2 errors: Error 1", Level.FAILS),
        (Standing(warnings=(W1,)), "Warning: Warm", Level.WARNS),
        (Standing(warnings=(W1,), needs=("length",)), "Warning: Warm · not checked, need: length", Level.WARNS),
        (Standing(needs=("length", "height")), "Not checked, need: length; height", Level.OPEN),
    ],
)
def test_words_and_levels(standing, words, level):
    assert (standing.words, standing.level) == (words, level)


def test_all_of_it_in_lines():
    assert Standing(errors=(E1,), needs=("length",)).lines == ("Error: Error 1. Because.", "Not checked, need: length")
    assert len(Standing().lines) == 1


def test_the_best_come_first():
    ranked = [Standing(), Standing(needs=("a",)), Standing(warnings=(W1,)), Standing(errors=(E1,))]
    assert sorted(reversed(ranked), key=lambda standing: standing.order) == ranked
