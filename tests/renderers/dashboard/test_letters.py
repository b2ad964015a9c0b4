"""Words and sentences in letters that can be read from afar."""

import re
from datetime import UTC

import pytest
from rich.cells import cell_len

from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.letters import large, lettered, parted
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT

PEN = Layout(DEFAULT, UTC)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./:"
TEXT = LETTERS + "abcdefghijklmnopqrstuvwxyz,;_()[]<>'\"`+=*#%&@!?|~\\×…→"


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("CrashLoopBackOff", ["Crash", "Loop", "Back-Off"]),
        ("ImagePullBackOff", ["Image", "Pull", "Back-Off"]),
        ("BackOff", ["Back-Off"]),
        ("CreateContainerConfigError", ["Create", "Container", "Config", "Error"]),
        ("OOMKilled", ["OOM", "Killed"]),
        ("ErrImagePull", ["Err", "Image", "Pull"]),
        ("Init:CrashLoopBackOff", ["Init:", "Crash", "Loop", "Back-Off"]),
        ("not ready", ["not", "ready"]),
        ("exit 137", ["exit", "137"]),
        ("NodeNotReady", ["Node", "Not", "Ready"]),
        ("", [""]),
    ],
)
def test_a_term_is_parted_at_its_words(term: str, words: list[str]) -> None:
    assert parted(term) == words


def test_a_word_is_as_large_as_it_fits() -> None:
    assert len(large("running", 300, 30, PEN)) == 10
    assert len(large("running", 60, 8, PEN)) == 5
    assert len(large("running", 60, 4, PEN)) == 3
    assert len(large("CrashLoopBackOff", 66, 11, PEN)) == 11
    assert large("running", 60, 2, PEN) == ["R U N N I N G"]
    assert large("CrashLoopBackOff", 20, 8, PEN) == ["CrashLoopBackOff"]
    assert large("東京", 60, 8, PEN) == ["東京"]


def test_crash_loop_back_off_is_in_two_rows_of_whole_words() -> None:
    first, second = (large(word, 70, 5, PEN) for word in ("crash loop", "back-off"))
    assert large("CrashLoopBackOff", 70, 11, PEN) == [*first, "", *second]


@pytest.mark.parametrize("width", [20, 40, 54, 72, 100, 126, 180])
@pytest.mark.parametrize(
    "term", ["CrashLoopBackOff", "CreateContainerConfigError", "Unschedulable", "not ready"]
)
def test_no_word_is_cut_and_none_is_too_large(term: str, width: int) -> None:
    for height in (1, 5, 11, 18, 40):
        for theme in (DEFAULT, ASCII):
            shown = large(term, width, height, Layout(theme, UTC))
            assert max(map(cell_len, shown)) <= width
            assert "…" not in "".join(shown)
            if any(re.search(r"[█▀▄]|##", line) for line in shown):
                assert len(shown) <= height
            else:
                letters = re.sub(r"[^a-z]", "", "".join(shown).lower())
                assert letters == re.sub(r"[^a-z]", "", term.lower())


def test_a_term_without_any_room_is_written_in_as_many_lines_as_it_takes() -> None:
    shown = large("CreateContainerConfigError", 12, 3, PEN)
    assert "".join(shown) == "CreateContainerConfigError"


def test_rows_of_words_are_about_equally_long() -> None:
    sentence = lettered("one two three four five six", 100, 20, PEN)
    rows = [max(map(len, sentence[at : at + 4])) for at in range(0, len(sentence), 4)]
    assert len(rows) == 2
    assert max(rows) - min(rows) < 40


def test_no_two_letters_look_alike() -> None:
    assert len({tuple(large(letter, 80, 5, PEN)) for letter in LETTERS}) == len(LETTERS)
    assert len({tuple(lettered(letter, 80, 4, PEN)) for letter in TEXT}) == len(TEXT)


def test_a_sentence_is_drawn_as_large_as_it_fits() -> None:
    sentence = "exit 1, 3rd time; next start 22:17:24"
    greatest = lettered(sentence, 180, 24, PEN)
    assert len(greatest) in {16, 24}
    assert len(lettered(sentence, 100, 8, PEN)) == 8
    assert lettered(sentence, 100, 7, PEN) == []
    assert max(map(cell_len, greatest)) <= 180


@pytest.mark.parametrize("text", ["", " ", "ein Straßenname", "東京", "x" * 401, "a\x1bb"])
def test_what_has_no_letters_is_not_drawn(text: str) -> None:
    assert lettered(text, 5000, 500, PEN) == []


def test_half_lines_are_no_ascii() -> None:
    pen = Layout(ASCII, UTC)
    assert lettered("a sentence", 100, 7, pen) == []
    assert all(line.isascii() for line in lettered("a sentence", 200, 20, pen))
    assert all(line.isascii() for line in large("Unschedulable", 72, 11, pen))
