"""The files that a contributor writes can be read. If one can't be, only this is run.

Nearly every other test would fail for the same reason (see `conftest.py`).
"""

import pytest

from podwatch.core.concepts import concept
from podwatch.core.concepts.examples import examples
from podwatch.core.concepts.loader import concept_files
from podwatch.scenarios import FOLDER, scenario

CONCEPTS = concept_files()


@pytest.mark.parametrize("id_", CONCEPTS)
def test_a_concept(id_: str) -> None:
    concept(id_, CONCEPTS[id_])
    examples(id_, CONCEPTS[id_])


@pytest.mark.parametrize(
    "name", sorted(path.parent.name for path in FOLDER.glob("*/scenario.toml"))
)
def test_a_scenario(name: str) -> None:
    scenario(name)
