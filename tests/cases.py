"""Parametrised tests whose ids are words."""

from collections.abc import Mapping

import pytest


def cases(names: str, table: Mapping[str, object]) -> pytest.MarkDecorator:
    """Run the test once for each row: `{"what it is about": (value, value)}`."""
    wanted = names.split()
    return pytest.mark.parametrize(
        wanted if len(wanted) > 1 else names, table.values(), ids=table.keys()
    )
