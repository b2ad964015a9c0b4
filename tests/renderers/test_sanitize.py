"""API text can't act on a terminal and can't hide anything."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.renderers.sanitize import harmless_json, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("plain text [/foo] 100%", "plain text [/foo] 100%", id="plain text"),
        pytest.param("größer → 東京", "größer → 東京", id="letters of any language"),
        pytest.param("a\x1b[2Jb", "a␛[2Jb", id="an escape sequence"),
        pytest.param("a\nb", "a⏎b", id="a line break"),
        pytest.param("a\tb\rc", "a⇥b␍c", id="a tab and a carriage return"),
        pytest.param("\x00\x07\x7f", "␀␇␡", id="null, bell and delete"),
        pytest.param("\x9b2J", "\\x9b2J", id="a C1 control character"),
        pytest.param("a\u202eb", "a\\u202eb", id="a right-to-left override"),
        pytest.param("a\u2066b\u2069", "a\\u2066b\\u2069", id="bidi isolates"),
        pytest.param("a\u200bb\u200d", "a\\u200bb\\u200d", id="zero-width characters"),
        pytest.param("a\u2028b", "a\\u2028b", id="a line separator"),
        pytest.param("a\ud800b", "a\\ud800b", id="a lone surrogate"),
        pytest.param("a\U000e0041", "a\\U000e0041", id="a tag character"),
        pytest.param("a\u3164b", "a\\u3164b", id="a letter that is blank"),
        pytest.param("a\u034fb", "a\\u034fb", id="a mark that is blank"),
        pytest.param("a\U000e0101", "a\\U000e0101", id="a supplementary selector"),
        pytest.param("⚠\ufe0f", "⚠\\ufe0f", id="a selector that changes the width"),
        pytest.param("e\u0301", "e\u0301", id="an accent"),
        pytest.param("e" + "\u0301" * 4, "e\u0301\u0301\\u0301\\u0301", id="a pile of accents"),
    ],
)
def test_what_could_do_harm_becomes_visible(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


def test_line_breaks_stay_where_several_lines_are_wanted() -> None:
    assert visible("a\r\nb\nc\x1b", one_line=False) == "a\nb\nc␛"


@given(st.text(st.characters()))
def test_nothing_harmful_is_left_of_any_text(text: str) -> None:
    harmless = visible(text)
    assert not {unicodedata.category(char) for char in harmless} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    harmless.encode("utf-8")


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_is_returned_as_it_is(text: str) -> None:
    assert visible(text) is text


INVISIBLE = "\U000e0041\ufe0f\U000e0101\U0001d173\U0001d159\u200b\u202e\u2066\u00ad\u3164\x7f\x9b"


def test_json_shows_what_can_not_be_seen_and_stays_the_same_data() -> None:
    data = {"a": f"größer → 東京 {INVISIBLE} 😀", "b": "e" + "\u0301" * 9, "c": "##[error]x"}
    made = harmless_json(json.dumps(data, ensure_ascii=False).encode())
    text = made.decode()
    assert json.loads(text) == data
    assert not set(INVISIBLE) & set(text)
    assert "größer → 東京" in text
    assert "😀" in text
    assert "\u0301" * 3 not in text
    assert "##[" not in text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_json_stays_the_same_data_and_hides_nothing(text: str) -> None:
    made = harmless_json(json.dumps([text, "##[x"], ensure_ascii=False).encode()).decode()
    assert json.loads(made) == [text, "##[x"]
    assert visible(made) == made
    assert "##[" not in made
