"""A class as lines and as JSON: once, as soon as all is known."""

import json

from podwatch.core.board import Update
from podwatch.renderers.class_lines import NOBODY, ClassLines
from tests.core.classroom.classes import SCOPES, Room, crashed, kept, namespace


def printed(room: Room, *, as_json: bool = False) -> ClassLines:
    made = ClassLines(room.room.board, as_json=as_json)
    made.show(Update(board=room.session.freeze))
    made.frame()
    return made


ONE = (namespace("one", "an\x1bna"), crashed("one"), kept("one", answer__phase='{"choice": 1}'))


def test_it_is_over_once_all_is_known() -> None:
    room = Room(*ONE)
    room.session.store.synced.pop(SCOPES["Pod"])
    assert not printed(room).done
    room.session.store.synced[SCOPES["Pod"]] = None
    assert printed(room).done


def test_a_line_for_each_learner_then_the_last_question() -> None:
    lines = printed(Room(*ONE, at_t=90)).text.splitlines()
    assert lines[0].split() == ["LEARNER", "STUCK", "SOLVED", "EXERCISE", "WHAT"]
    assert lines[1].split()[:5] == ["an␛na", "90s", "0/0", "-", "CrashLoopBackOff:"]
    assert lines[3] == "last question: Which phase has it?"
    assert lines[5] == '1 chose "Failed": Failed is for good.'


def test_as_json_each_is_an_object() -> None:
    first, last = map(json.loads, printed(Room(*ONE, at_t=90), as_json=True).text.splitlines())
    assert (first["kind"], first["learner"], first["namespace"]) == ("learner", "an\x1bna", "one")
    assert (first["trouble"], first["stuckSeconds"]) == (True, 90.0)
    assert (last["kind"], last["question"], last["counts"]) == ("answers", "phase", [0, 1, 0])


def test_nobody_is_told_on_standard_error() -> None:
    made = printed(Room())
    assert made.text == ""
    assert made.notes == [NOBODY]
