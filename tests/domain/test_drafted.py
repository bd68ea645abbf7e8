"""What a measurement says of its speculation, read and written."""

import pytest

from planner.domain.drafted import Drafted, read_drafted, said_of


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("mtp n=3", Drafted(3)),
        ("mtp n=2 accept=0.56", Drafted(2, accepted=0.56)),
        ("mtp n=2 text=prose", Drafted(2, text="prose")),
        ("draft qwen3.5-0.8b Q8_0 n=5 accept=0.8 text=code", Drafted(5, "qwen3.5-0.8b", "Q8_0", 0.8, "code")),
    ],
)
def test_read(said, found):
    assert read_drafted(said) == found


@pytest.mark.parametrize(
    "said",
    ["", "ngram", "dflash n=4", "eagle3 n=3", "mtp", "mtp n=3 accept=1.2", "mtp n=3 text=verse", "mtp n=3 x=y"],
)
def test_what_is_not_modelled_or_makes_no_sense_is_nothing(said):
    assert read_drafted(said) is None


@pytest.mark.parametrize(
    "drafted", [Drafted(3), Drafted(2, accepted=0.56), Drafted(5, "qwen3.5-0.8b", "Q8_0", accepted=1.0)]
)
def test_written_is_read(drafted):
    assert read_drafted(said_of(drafted.tokens, drafted.model, drafted.quant, drafted.accepted)) == drafted
