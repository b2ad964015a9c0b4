"""What schedulers write, clause by clause."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.datafile import BrokenFile
from podwatch.core.messages import cause
from podwatch.core.messages.clauses import classes, classes_of, in_short, order, parsed, said

ROWS = tomllib.loads((Path(__file__).parent / "clauses.toml").read_text("utf-8"))["message"]
BY_THE_POD = {"other-nodes", "selected-but-tainted"}
"""Chosen by what the Pod says, not by a clause."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:70])
def test_a_message_is_split_into_its_reasons(row: dict[str, Any]) -> None:
    told = parsed(row["text"])
    clauses = (*sorted(told.clauses, key=order), *told.news)
    assert [f"{one.id} {one.count}" for one in clauses] == row["reasons"]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "words" in row], ids=lambda row: row["text"][:70]
)
def test_a_message_is_told_in_plain_words(row: dict[str, Any]) -> None:
    known = cause(row["text"])
    assert known.id == "no-node-fits"
    assert [word for word in row["words"] if word not in known.detail] == []
    assert "0/" not in known.detail


def test_every_class_is_shown_by_a_message() -> None:
    shown = {reason.partition(" ")[0] for row in ROWS for reason in row["reasons"]}
    assert {id_ for id_, class_ in classes().by_id.items() if class_.patterns} - shown == {
        # of plugins that are still alpha
        "device-class-missing",
        "gang-incomplete",
        # of nodes before 1.20
        "node-unknown",
    }
    assert {id_ for id_, class_ in classes().by_id.items() if not class_.patterns} == BY_THE_POD


def test_a_reason_is_told_in_twenty_words() -> None:
    long = [
        text for one in classes().by_id.values() for text in one.sentence if len(text.split()) > 20
    ]
    assert long == []


def test_how_many_nodes_there_are_is_known() -> None:
    assert parsed("0/5000 nodes are available: 5000 Insufficient cpu.").nodes == 5000
    assert parsed("no nodes available to schedule pods").nodes == -1


@given(st.text() | st.text().map(lambda text: f"0/3 nodes are available: {text}"))
def test_any_text_can_be_split(text: str) -> None:
    for one in parsed(text).clauses:
        assert one.text.isprintable()
        assert one.count >= 0


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[a]\nfact = "{b}"\nsentence = "a"\nwho = "a"\ncure = "a"', "line 2: {b} is neither"),
        ('[a]\nfact = "a"\nsentence = "a"\nwho = "a"\ncures = "a"', "line 5: `cures` is not a key"),
        ('[a]\nfact = "a"', "line 1: a text or a list"),
        ("a = 1", "line 1: `a` has to be a table"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(toml: str, says: str) -> None:
    with pytest.raises(BrokenFile, match=says):
        classes_of(toml)


def test_in_short_the_first_reason_stands_for_all() -> None:
    message = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s)."
    assert in_short(message, 64) == said(message)
    assert in_short(message, 49) == "1 node has too little CPU left; 1 more"
