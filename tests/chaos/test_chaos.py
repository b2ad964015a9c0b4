"""One seed of `make chaos`: half a minute against a server that fails in all ways."""

from tests.chaos.run import chaos


def test_nothing_is_lost_or_invented_in_silence() -> None:
    result = chaos(seed=1, seconds=20)
    print(result.report())
    assert result.flawless, result.report()
    assert len(result.faults) > 25
    assert result.found.events > 1_000  # or else it was hardly ever connected
