"""Text is measured in cells, whatever it is made of."""

import pytest
from rich.cells import cell_len

from podwatch.renderers.dashboard.layout import wrapped


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000"], ids=["NBSP", "em", "ideographic"])
def test_a_word_of_blanks_that_are_no_spaces_is_broken_too(blank: str) -> None:
    lines = wrapped(blank * 50, 21)
    assert all(cell_len(line) <= 21 for line in lines)
    assert sum(map(len, lines)) == 50


def test_a_wide_character_is_not_cut_in_two() -> None:
    assert wrapped("東京東京", 3) == ("東", "京", "東", "京")
