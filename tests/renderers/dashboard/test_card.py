"""The card: of a selected Pod what `explain` says, of a beat its cause and what follows."""

from datetime import UTC

import pytest
from msgspec.structs import replace

from podwatch.core.board import Board
from podwatch.core.cards import of_moment
from podwatch.core.concepts import catalog
from podwatch.core.diagnosis import diagnosed
from podwatch.core.health import Health
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.core.text import capitalized
from podwatch.renderers.dashboard.card import card
from podwatch.renderers.dashboard.card_texts import of_card, of_diagnosis
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import DEFAULT
from podwatch.renderers.dashboard.view_state import ViewState
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import synced
from tests.renderers.dashboard.boards import board, completed, crashing, opened, running, seen

PEN = Layout(DEFAULT, UTC)


def text(of: Board, look: ViewState, width: int = 90, height: int = 200) -> str:
    """The card's words, wherever its lines are broken."""
    shown = card(of, look, width, height, PEN)
    return " ".join(" ".join(line.plain for line in shown.lines).split())


def boards(name: str) -> list[Board]:
    """The boards of a recording at each change of a Pod that is in trouble."""
    session, found = Session(catalog()), list[Board]()
    for item in read(scenario(name).recording):
        update = session.feed(item)
        if update.beats and session.board.counts[Health.TROUBLE] and session.board.synced:
            found.append(session.board)
    return found


def test_before_a_question_a_card_tells_what_happens_and_no_lesson() -> None:
    of = boards("crash-loop")[-1]
    found = of_moment(of)
    assert found is not None
    told, asked = of_card(found, of), of_card(found, replace(of, teaches=False))
    assert told.note
    assert told.also
    assert not asked.note
    assert not asked.also
    assert asked.sentence == told.sentence


@pytest.mark.parametrize("name", names())
def test_the_card_of_a_selected_pod_says_what_explain_says(name: str) -> None:
    for of in boards(name)[-3:]:
        for row in of.rows:
            if row.health is not Health.TROUBLE:
                continue
            known = diagnosed(row.pod, row.around, of.now)
            shown = text(of, ViewState(selected=row.ref.key))
            for said in (known.fact, known.sentence, known.cure, known.who, *known.tries):
                assert " ".join(PEN.say(said).split()) in shown or capitalized(said) in shown, said


def test_of_a_selected_pod_in_a_crash_loop_the_cause_is_told_and_not_the_newest_change() -> None:
    """Not "Not ready", although that is the last that happened."""
    of = boards("crash-loop")[-1]
    (row,) = of.rows
    shown = text(of, ViewState(selected=row.ref.key))
    assert shown.startswith("✖ Crash loop: exit code 1")
    assert "kubectl logs api -n crash-loop" in shown
    before = shown.index("before ")
    assert shown.index("exit 1") > before
    assert "readiness probe does not restart" not in shown


def test_the_newest_beats_stand_below_the_diagnosis_newest_first() -> None:
    of = boards("crash-loop")[-1]
    (row,) = of.rows
    texts = of_diagnosis(diagnosed(row.pod, row.around, of.now), row.health, of.beats_of(row.ref))
    told = [beat.t for beat in texts.beats]
    assert told == sorted(told, reverse=True)
    assert all(beat.matters for beat in texts.beats)


def test_a_pod_that_is_gone_has_the_card_of_its_end() -> None:
    web = running("web")
    items: list[StreamItem] = [opened(), seen(0.05, web, "ADDED", initial=True), synced()]
    of = board([*items, seen(5, web, "DELETED")], catalog())
    assert "Deleted" in text(of, ViewState(selected=("", "uid-default-web")))


def test_an_error_is_quoted_and_answered_or_neither() -> None:
    of = boards("crash-loop")[-1]
    for height in range(3, 40):
        shown = text(of, ViewState(), height=height)
        assert ("often read" in shown) == ("in fact" in shown)
        assert not shown.partition("in fact")[2].endswith("…")
    assert 'often read "' in text(of, ViewState())


def test_no_line_is_wider_and_no_card_higher_than_its_room() -> None:
    for name in ("crash-loop", "missing-image", "drain"):
        for of in boards(name)[-2:]:
            for width in (20, 56, 74, 120):
                for height in (1, 3, 6, 12, 30):
                    for key in (None, of.rows[0].ref.key):
                        shown = card(of, ViewState(selected=key), width, height, PEN)
                        assert len(shown.lines) <= height
                        assert {len(line.plain) for line in shown.lines} <= {width}


def test_a_sick_cluster_begins_with_its_worst_cause_and_how_many_others_there_are() -> None:
    loop = [crashing(f"loop-{n}", 4, backing_off=True, ended=-5, age=99) for n in range(3)]
    items: list[StreamItem] = [
        opened(),
        *(
            seen(0.05, one, "ADDED", initial=True)
            for one in (running("a"), completed("b"), crashing("y", 1, backing_off=False, ended=-9))
        ),
        *(seen(0.05, one, "ADDED", initial=True) for one in loop),
        synced(0.1),
    ]
    of = board(items, catalog())
    shown = card(of, ViewState(), 90, 30, PEN)
    assert "".join(part for part, _ in shown.title) == "3 Pods"
    assert " 1 other Pod in trouble " in [part for part, _ in shown.right or ()]
    assert "3 Pods: CrashLoopBackOff: exit code 1" in text(of, ViewState())
    assert "loop-0, loop-1, loop-2" in text(of, ViewState())


def test_what_caused_it_is_told_before_the_sentence() -> None:
    of = board(read(scenario("graceful-end").recording), catalog())
    told = of_moment(of)
    assert told is not None
    texts = of_card(told, of)
    assert texts.because.startswith("deletion requested")
    shown = text(of, ViewState())
    assert shown.index("because") < shown.index(capitalized(texts.sentence)[:20])


def test_while_a_card_is_read_it_says_what_has_become_of_its_pod() -> None:
    items = list(read(scenario("single-container").recording))
    of = [board(items[:number], catalog()) for number in range(3, len(items) + 1)]
    cards = [told for one in of if (told := of_moment(one)) is not None]
    created = next(told for told in cards if told.beat.kind == "created")
    shown = text(of[-1], ViewState(card=created))
    assert "now Ready" in shown
    assert "next" not in shown


def test_a_title_gives_way_before_it_is_cut() -> None:
    of = boards("crash-loop")[-1]
    whole, short = (card(of, ViewState(), width, 12, PEN) for width in (90, 30))
    assert "".join(part for part, _ in whole.title).endswith(" · container app")
    assert "·" not in "".join(part for part, _ in short.title)
