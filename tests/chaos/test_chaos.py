"""One seed of `make chaos`: half a minute against a server that fails in all ways."""

from tests.chaos.run import chaos


def test_nothing_is_lost_or_invented_in_silence() -> None:
    result = chaos(seed=1, seconds=20)
    print(result.report())
    assert result.flawless, result.report()
    assert len(result.faults) > 25
    assert result.found.events > result.found.in_gaps / 4  # or else it was not connected at all
