"""Golden screens: `PODWATCH_UPDATE_GOLDEN=1 pytest tests/renderers/dashboard` writes them anew."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture
def is_golden() -> Callable[[str, str], None]:
    """Asserts that a text is the one in golden/NAME.txt."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if os.environ.get("PODWATCH_UPDATE_GOLDEN"):
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), "PODWATCH_UPDATE_GOLDEN=1 writes it anew"

    return check
