"""What people type or paste after `podwatch explain`, and what they get."""

import time
from collections import Counter
from pathlib import Path

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.concepts.answers import Answer, answers
from podwatch.core.concepts.search import squeezed
from podwatch.core.concepts.words import Headword, words, words_of
from podwatch.core.datafile import BrokenFile
from tests.cases import cases

HERE = Path(__file__).parent
ROWS = [
    row.split("\t")
    for row in (HERE / "queries.tsv").read_text("utf-8").splitlines()
    if not row.startswith("#")
]


@pytest.mark.parametrize(("query", "ids"), ROWS, ids=[query.strip()[:40] for query, _ in ROWS])
def test_what_people_type_or_paste_is_found(query: str, ids: str) -> None:
    found = answers().answer(query.replace("\\n", "\n")).meanings
    assert (found[0].id if found else "-") in ids.split()


def first(query: str) -> Answer:
    return answers().answer(query)


# ── how it is written ──


@pytest.mark.parametrize(
    "query",
    ["CrashLoopBackOff", "crash loop back off", "CRASH_LOOP_BACK_OFF", "crashLoop-Backoff?"],
)
def test_capital_letters_hyphens_and_blanks_do_not_matter(query: str) -> None:
    assert first(query).meanings[0].id == "crash-loop-back-off"


def test_of_a_typing_error_it_is_said_how_it_was_read() -> None:
    assert first("OOMkiled").taken_as == "OOMKilled"
    assert first("crahs loop").taken_as == "crash loop"
    assert first("why is my pod pendng").taken_as
    assert not first("why is my pod pending").taken_as


def test_what_may_be_meant_as_well_is_named() -> None:
    assert "unschedulable" in first("pending").others
    assert "Pending" in first("why is my pod pending").others


def test_words_that_are_not_known_do_no_harm() -> None:
    plain = first("pod stuck terminating").meanings
    assert first("hey, pod frobnicator stuck terminating on foobar").meanings == plain


def test_a_number_is_an_exit_code_only_if_it_is_called_so() -> None:
    assert first("exited with code 139").meanings[0].term == "139"
    assert first("statuscode: 503").meanings[0].id != "exit-codes"
    assert "exit-codes" not in {one.id for one in first("3 pods pending").meanings}


# ── what a cluster printed ──


def test_the_names_in_a_line_of_Events_are_filled_in() -> None:
    told = first(
        "Warning  BackOff  3m (x7 over 5m)  kubelet  Back-off restarting failed container app "
        "in pod web-x9k2p_shop(6e1c1f0a)"
    ).told
    assert told is not None
    assert "container app" in told.sentence
    assert "kubectl logs web-x9k2p -n shop -c app --previous" in told.try_


def test_a_message_without_its_Event_is_explained_as_if_it_had_one() -> None:
    told = first("Back-off restarting failed container app in pod web-x9k2p_shop(6e1c1f0a)").told
    assert told is not None
    assert told.facts["notice.reason"] == "BackOff"


def test_of_several_Events_the_one_that_names_a_cause_comes_first() -> None:
    answer = first(
        "Normal   Pulled     5m  kubelet  Container image already present on machine\n"
        'Warning  BackOff    3m (x7 over 5m)  kubelet  Back-off pulling image "nginx:typo"\n'
        'Warning  Failed     3m (x7 over 5m)  kubelet  Failed to pull image "nginx:typo": not found'
    )
    assert answer.meanings[0].id == "err-image-pull"
    assert "image-pull-back-off" in answer.others


@cases(
    "text",
    {
        "nothing": "",
        "a bracket": "(",
        "a wildcard": "*",
        "a backslash": "\\",
        "an escape sequence": "\x1b[2J",
        "half of a status": "Init:",
        "a long word": "x" * 100_000,
        "many words": "lorem ipsum " * 20_000,
        "many Events": "Warning  BackOff  3m  kubelet  no\n" * 5_000,
        "half of a message": 'pods "a" ' * 20_000,
        "exits": "exit " * 40_000,
    },
)
def test_no_text_makes_it_fail_or_takes_long(text: str) -> None:
    began = time.process_time()
    first(text)
    assert time.process_time() - began < 2


# ── the file ──


@pytest.mark.parametrize("word", words().by_id.values(), ids=words().by_id)
def test_a_word_is_a_few_plain_sentences_with_a_page(word: Headword) -> None:
    assert word.id == word.id.casefold()
    assert 8 <= len(word.text.split()) <= 75
    assert word.text.endswith(".")
    assert word.docs.startswith("https://kubernetes.io/docs/")
    assert word.lesson in {"", *catalog().by_id}


def test_no_word_has_the_id_of_a_lesson() -> None:
    assert not set(words().by_id) & set(catalog().by_id)


def test_what_has_another_name_is_there() -> None:
    terms = {entry.term for _, entry in catalog().entries}
    assert set(words().other_names) <= set(catalog().by_id) | terms


def test_what_a_message_is_about_is_there() -> None:
    reasons = {entry.term for _, entry in catalog().entries if entry.kind == "event"}
    reasons |= {reason for one in catalog().by_id.values() for reason in one.reasons}
    for message in words().messages:
        assert message.lesson in {"", *catalog().by_id}
        assert message.event in {"", *reasons}
        assert message.word in {"", *words().by_id}


def test_no_name_is_given_to_two() -> None:
    names: Counter[str] = Counter()
    for one in words().by_id.values():
        names.update(set(map(squeezed, (one.id, one.term, *one.also))))
    for many in words().other_names.values():
        names.update(set(map(squeezed, many)))
    assert [name for name, times in names.items() if times > 1] == []


def test_no_word_vanishes() -> None:
    """Their ids are named elsewhere."""
    assert set((HERE / "word-ids.txt").read_text("utf-8").split()) <= set(words().by_id)


def test_each_word_is_found_by_all_its_names() -> None:
    for word in words().by_id.values():
        for name in (word.id, word.term, *word.also):
            found = first(name)
            assert word.id in {found.meanings[0].id, *found.others} or any(
                one.word is None and squeezed(one.term) == squeezed(name) for one in found.meanings
            ), name


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        pytest.param('[a]\nterm = "A"', "`a` is not written as the others are", id="no text"),
        pytest.param(
            '[[message]]\ntexts = ["a"]', "an `event`, a `lesson` or a `word`", id="of nothing"
        ),
        pytest.param('[other-names]\na = "b"', "`other-names`", id="no list"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(toml: str, said: str) -> None:
    with pytest.raises(BrokenFile, match=r"words\.toml, line 1") as mistake:
        words_of(toml)
    assert said in str(mistake.value)
