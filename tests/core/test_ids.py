"""Programs match the ids of states, concepts and roles: what was released stays."""

from pathlib import Path

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.present import present_states
from podwatch.core.present.states import ROLES

PROMISED = (Path(__file__).parent / "ids.txt").read_text("utf-8").splitlines()
KNOWN = {
    "state": {one.id for one in present_states().states},
    "concept": set(catalog().by_id),
    "role": set(ROLES),
}


@pytest.mark.parametrize("promised", PROMISED)
def test_a_released_id_stays(promised: str) -> None:
    kind, id_ = promised.split()
    assert id_ in KNOWN[kind], (
        f"programs match the {kind} `{id_}`, and it is gone: give it its old id back. What has "
        "never been in a release may go: take its line out of tests/core/ids.txt"
    )


def test_no_state_leads_to_a_lesson_that_is_not_there() -> None:
    assert {one.concept for one in present_states().states} - {""} <= KNOWN["concept"]
