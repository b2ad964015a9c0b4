"""Options of the whole test run, and its retries (`tests.kind.flaky`)."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from podwatch.core.concepts import catalog
from podwatch.core.datafile import BrokenFile
from podwatch.scenarios import BrokenScenario, names

pytest_plugins = ["tests.kind.flaky"]

settings.register_profile("podwatch", deadline=None)  # cores may be busy with other things
settings.load_profile("podwatch")

# A run in the background (nohup, a script's `&`) ignores them, and so would every podwatch in it.
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("podwatch")
    group.addoption(
        "--require-kind",
        action="store_true",
        help="fail, not skip, the tests on a kind cluster where there can be none "
        "(PODWATCH_REQUIRE_KIND=1 does the same)",
    )
    group.addoption(
        "--full", action="store_true", help="run the tests that take long (marker `full`) too"
    )
    group.addoption(
        "--update-transcripts",
        action="store_true",
        help="write tests/transcripts/*.txt anew from the recordings",
    )


def pytest_configure(config: pytest.Config) -> None:
    """With a file that can't be read nearly every test would fail: run only what says why."""
    try:
        catalog()
        names()
    except (BrokenFile, BrokenScenario):
        config.args = [str(Path(__file__).with_name("test_data.py"))]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
