"""Answers to what else a build could do: each has been tried, and each change is one that keeps the margin."""

from dataclasses import replace

import pytest

from planner.advice.answers import most_users
from planner.advice.possible import copies, possible
from planner.advice.sweeps import Machine
from planner.analysis.memory import Fit, quick_fit
from planner.bare import Bare, PcieLink, estimate
from tests.advice.test_answers import keeps_margin, rig_of
from tests.makers import make_workload


def answers(rig, **machine):
    return {answer.question: answer for answer in possible(Machine(rig, **machine), {})}


def test_a_model_that_fits_is_told_its_limits(catalog):
    rig = rig_of(catalog, model="qwen3-32b", count=2)
    found = answers(rig)
    assert list(found) == ["Longest context", "Most users at once", "Most bits that fit", "Copies side by side"]
    assert found["Most users at once"].changes == {"users": most_users(rig)}
    assert found["Most users at once"].speed.endswith("tok/s each")
    assert found["Most bits that fit"].quality == "next to no loss"


@pytest.mark.parametrize("question", ["Longest context", "Most users at once", "Most bits that fit"])
def test_every_change_offered_keeps_the_margin(catalog, question):
    rig = rig_of(catalog, model="qwen3-32b", count=2)
    changes = answers(rig)[question].changes
    assert changes
    assert keeps_margin(rig, **changes)


def test_what_is_so_already_is_no_change(catalog):
    rig = rig_of(catalog, model="qwen3-32b", count=2)
    for question, answer in answers(rig).items():
        again = replace(rig, workload=rig.workload.replace(**answer.changes))
        assert answers(again)[question].changes == {}, question


def test_the_whole_context_of_the_model_is_said(catalog):
    found = answers(rig_of(catalog, model="llama-3.1-8b", count=8))["Longest context"]
    assert found.answer == "128K tokens, the model's most"


def test_a_loss_nobody_measured_is_not_called_none(catalog):
    rig = rig_of(catalog, model="llama-3.3-70b", engine="vllm", quant="AWQ-4bit", count=2, split="tensor", context=2048)
    assert answers(rig)["Most bits that fit"].quality == "not measured"


def test_a_model_too_large_is_told_the_ways_with_their_costs(catalog):
    rig = rig_of(catalog, count=2, quant="Q6_K")
    found = answers(rig)
    assert "Longest context" not in found
    assert found["Use Q4_K_M, 4.8 bits"].quality == "small loss"
    assert found["Use Q4_K_M, 4.8 bits"].answer.startswith("fits, ")
    assert found["Add another GeForce RTX 3090"].changes == {}


def test_nothing_is_said_where_an_engine_refuses(catalog):
    refused = rig_of(catalog, engine="vllm", quant="AWQ-4bit", count=3, split="tensor")
    assert not isinstance(quick_fit(refused), Fit)
    assert answers(refused) == {}
    assert answers(replace(refused, workload=None)) == {}


# Copies


@pytest.mark.parametrize(
    ("model", "count", "holding"),
    [
        ("llama-3.1-8b", 4, [1, 1, 1, 1]),
        ("llama-3.3-70b", 4, [2, 2]),
        ("llama-3.3-70b", 5, [2, 2]),
        ("llama-3.3-70b", 3, []),
        ("llama-3.1-8b", 1, []),
    ],
)
def test_copies_take_the_fewest_cards_each(catalog, model, count, holding):
    rig = rig_of(catalog, model=model, count=count, context=4096)
    assert [len(copy.cards) for copy in copies(Machine(rig))] == holding


def test_copies_leave_cards_out_that_are_too_small(catalog):
    rig = rig_of(catalog, model="qwen3-32b", count=3, context=4096)
    small = replace(rig.cards[1], chip=catalog.chips["rtx-3060-12gb"])
    mixed = replace(rig, cards=(rig.cards[0], small, rig.cards[2]))
    assert [copy.cards[0].key for copy in copies(Machine(mixed))] == ["gpu-1", "gpu-3"]


def test_copies_add_up_their_speeds(catalog):
    four, one = (rig_of(catalog, model="llama-3.1-8b", count=count) for count in (4, 1))
    alone = quick_fit(one)
    assert isinstance(alone, Fit) and alone.fits
    said = answers(four)["Copies side by side"]
    assert said.answer == "4, 1 card each"
    single = float(
        answers(replace(one, workload=one.workload.replace(split="none")))["Longest context"].speed.split()[0]
    )
    assert float(said.speed.split()[0]) > 3 * single
    assert said.speed.endswith("in all")


def test_copies_of_several_cards_wait_over_the_links_there_are(catalog):
    def in_all(link):
        work = make_workload(
            model="llama-3.3-70b", quant="AWQ-4bit", engine="vllm", split="tensor", context=4096, users=8
        )
        found = estimate(Bare(catalog.chips["rtx-5090"], 4, work, link=PcieLink(*link)), catalog)
        answers = {a.question: a for a in possible(Machine(found.rig, found.lanes), {})}
        assert answers["Copies side by side"].answer == "2, 2 cards each"
        return float(answers["Copies side by side"].speed.split()[0])

    assert in_all((4, 16)) > in_all((1, 1)) * 1.05


def test_copies_do_not_share_system_ram(catalog):
    assert copies(Machine(rig_of(catalog, model="llama-3.1-8b", count=4, offload_layers=2))) == ()
