"""The stress scripts that run the program, small."""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stress import commands, disk, fuzz, replay, signals
from stress.office import CODES


@pytest.mark.parametrize("name", ["tasks.toml", "tasks.json"])
def test_commands_side_by_side(tmp_path: Path, name: str) -> None:
    ran = commands.run(tmp_path, name, adds=3, edits=2, closes=1, readers=3)
    assert (ran[f"add {name}"], ran[f"close {name}"]) == (3, 1)
    assert ran[f"reads {name}"] >= 3


def test_commands_stopped_at_any_moment(tmp_path: Path) -> None:
    assert sum(signals.run(tmp_path, 9, seconds=0.2).values()) == 9


@pytest.mark.parametrize("case", disk.CASES)
def test_a_disk_that_refuses(tmp_path: Path, case: Callable[[Path], str]) -> None:
    try:
        assert case(tmp_path.resolve()).startswith("error: ")
    except disk.NotHereError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fuzz.template(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("kind", fuzz.KINDS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(rng=st.randoms(use_true_random=False))
def test_nonsense_is_refused_with_the_store_as_it_was(made: Path, kind: str, rng: random.Random) -> None:
    with TemporaryDirectory() as folder:
        assert fuzz.once(kind, made, Path(folder), rng) in CODES


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))  # Hypothesis's own source leans to the first choice
def test_the_past_is_what_the_commands_still_standing_made(seed: int) -> None:
    with TemporaryDirectory() as folder:
        replay.once(Path(folder), random.Random(seed), 25)  # noqa: S311  no secret
