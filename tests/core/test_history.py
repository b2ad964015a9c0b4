"""Going back: the board of each kept step, as it was."""

from msgspec import structs

from podwatch.core.board import Board
from podwatch.core.concepts import Catalog, catalog
from podwatch.core.history import CHECKPOINT_EVERY, HISTORY_ITEMS, History
from podwatch.core.session import Session
from podwatch.core.stream import RecordedItem, StreamItem, Tick
from podwatch.core.timeline import Explained
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.build import added, deleted, fed, listed, modified, opened, pod, synced, up


def kept(history: History, session: Session, item: RecordedItem) -> bool:
    """Whether the item told something."""
    history.keep(item)
    step = session.feed(item)
    history.mark(step)
    return any(one.told for one in step.beats)


def watched(*items: RecordedItem) -> tuple[Session, History]:
    """A session without concepts that was fed these items, and what it can go back to."""
    session = Session(Catalog(()))
    history = History(session)
    for item in items:
        kept(history, session, item)
    return session, history


def test_every_step_of_a_recording_shows_the_board_of_that_moment() -> None:
    session = Session(catalog())
    history = History(session)
    boards: list[Board] = []
    was_synced = False
    for item in read(scenario("overview").recording):
        told = kept(history, session, item)
        if told and was_synced:
            boards.append(session.board)
        was_synced = session.store.complete
    assert len(boards) > 30
    steps = history.steps
    assert len(steps) == len(boards)
    for step, board in reversed(list(zip(steps, boards, strict=True))):
        then = history.at(step)
        assert without_story(then) == without_story(board)
        assert [group.lead.fact for group in then.story] == [one.lead.fact for one in board.story]


def without_story(board: Board) -> Board:
    """What can be compared: a finding is made when it is read."""
    return structs.replace(board, story=(), beats={})


def test_a_step_shows_what_was_told_by_itself_after_it() -> None:
    session = Session(catalog())
    history = History(session)
    for item in (opened(), synced(), added(pod(node="worker"), 1)):
        kept(history, session, item)
    silence = session.feed(Tick(t=20))
    history.mark(silence)
    assert [one.beat.kind for one in silence.beats] == ["stalled"]

    (step,) = history.steps
    assert [row.lead.kind for row in history.at(step).story] == [
        row.lead.kind for row in session.board.story
    ]


def test_going_back_changes_nothing_of_what_is_now() -> None:
    session, history = watched(opened(), synced(), added(pod()), modified(up()), deleted(up()))
    now = session.board
    history.at(history.steps[0])
    assert session.board == now


def test_the_list_at_the_beginning_is_no_history() -> None:
    session, history = watched(opened(), listed(up()), synced())
    assert history.steps == ()
    kept(history, session, modified(pod()))
    assert len(history.steps) == 1
    assert history.at(history.steps[0]) == session.board


def test_history_is_bounded_and_the_oldest_is_forgotten_first() -> None:
    session, history = watched(opened(), synced())
    boards = {}
    for number in range(HISTORY_ITEMS + 3 * CHECKPOINT_EVERY):
        one: StreamItem = modified(up() if number % 2 else pod(), t=1 + number / 100)
        kept(history, session, one)  # type: ignore[arg-type]
        boards[number] = session.board.t
    steps = history.steps
    assert HISTORY_ITEMS - 1 <= len(steps) <= HISTORY_ITEMS + CHECKPOINT_EVERY
    assert steps[0] > 0
    assert history.at(steps[0]).t == boards[steps[0]]
    assert history.at(steps[-1]).t == session.board.t


def test_a_fork_of_a_session_goes_its_own_way() -> None:
    session = fed((opened(), synced(), added(pod())))
    fork = session.fork()
    before = session.board
    fork.feed(modified(up()))
    fork.feed(added(up("other")))
    assert session.board == before
    assert [row.ref.name for row in fork.board.rows] == ["other", "web"]


def test_the_opening_makes_another_session_know_the_same_pods() -> None:
    session = fed(read(scenario("rolling-update").recording), catalog())
    other = Session(catalog())
    told = [news for item in session.opening() for news in other.feed(item).entries]
    assert not [news for news in told if isinstance(news, Explained)]
    there = [row.pod for row in session.board.rows if not row.gone]
    assert [row.pod for row in other.board.rows] == there
    assert other.store.complete
    assert other.board.now == session.board.now
    assert Session(catalog()).opening() == []


def test_nothing_that_a_fork_is_fed_changes_what_its_session_knows() -> None:
    items = list(read(scenario("overview").recording))
    session = Session(catalog(), forgets=False)
    for item in items[: len(items) // 2]:
        session.feed(item)

    def known() -> str:
        parts = (session, session.store, session.pods, session.events)
        return repr([vars(part) for part in parts])

    before, fork = known(), session.fork()
    for item in items[len(items) // 2 :]:
        fork.feed(item)
    assert known() == before
    assert fork.board != session.board
