"""The garbage collector: put off while podwatch loads, and nobody else's."""

import gc
from collections.abc import Iterator

import pytest

from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import run
from podwatch.core.concepts import Catalog
from podwatch.core.session import Session
from podwatch.loading import collector
from podwatch.renderers import Silent
from tests.build import opened, synced


@pytest.fixture(autouse=True)
def left_as_it_was() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_the_first_item_sets_it_going_again() -> None:
    collector.wait()
    assert not gc.isenabled()
    run(ReplayFeed(iter([opened(), synced()])), Session(Catalog(())), Silent())
    assert gc.isenabled()


def test_a_process_that_has_switched_it_off_keeps_it_so() -> None:
    gc.disable()
    frozen = gc.get_freeze_count()
    run(ReplayFeed(iter([opened(), synced()])), Session(Catalog(())), Silent())
    assert not gc.isenabled()
    assert gc.get_freeze_count() == frozen
