"""The screen: what is drawn when, and what its keys do."""

import io
import re
import signal
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from podwatch.app.recording_key import ToggledRecorder
from podwatch.core.board import Update
from podwatch.core.stream import Observed, Scope, StreamItem, Tick
from podwatch.core.timeline import ExplainedTransition
from podwatch.renderers import TerminalSignal
from podwatch.sources.recording import Recorder, read
from tests.build import connected
from tests.renderers.dashboard.boards import (
    creating,
    lesson,
    many,
    running,
    seen,
    session,
)
from tests.renderers.dashboard.drawn import (
    ALLOWED,
    BEGIN,
    END,
    ENTER,
    LEAVE,
    Clock,
    Drawn,
    later,
    replaying,
)
from tests.renderers.dashboard.test_view import HOSTILE_ITEMS


@pytest.fixture
def drawn() -> Iterator[Drawn]:
    made = Drawn(lesson())
    with made.screen:
        yield made


def test_the_first_frame_is_drawn_at_once(drawn: Drawn) -> None:
    wait, written = drawn.frame()
    assert wait is None
    assert written.startswith(ENTER)
    assert drawn.lines()[0].startswith(" podwatch  kind-demo · default")


def test_nothing_is_written_when_nothing_visible_changed(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 1
    assert drawn.frame() == (None, "")
    drawn.screen.show(Update(board=drawn.session.freeze))
    assert drawn.frame() == (None, "")


def test_only_the_lines_that_changed_are_written(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 1
    drawn.feed(connected(45, "reconnecting", "no answer"))
    drawn.frame()
    drawn.clock.now += 1
    drawn.feed(connected(45.1, "reconnecting", "no answer yet"))
    _, written = drawn.frame()
    assert re.findall(r"\x1b\[(\d+);1H", written) == ["2"]
    assert drawn.lines()[1].rstrip().endswith("no answer yet")


def test_it_draws_at_most_ten_times_a_second(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 0.04
    drawn.feed(connected(45, "reconnecting", "no answer"))
    wait, written = drawn.frame()
    assert wait == pytest.approx(0.06)
    assert not written
    drawn.clock.now += 0.06
    wait, written = drawn.frame()
    assert wait is None
    assert "no answer" in written


def test_ages_go_on_while_nothing_happens(drawn: Drawn) -> None:
    drawn.frame()
    drawn.clock.now += 1
    drawn.feed(Tick(t=45.5))
    _, written = drawn.frame()
    assert "107s" in written


def test_keys_select_and_stop_at_the_ends() -> None:
    made = Drawn(many(60), 80, 24)

    def selected(*keys: str) -> str:
        made.press(*keys)
        line = next(line for line in made.lines() if line.startswith(" ▸"))
        return line.split()[1][-5:]

    with made.screen:
        assert selected("down") == "00000"
        assert selected("up", "k") == "00000"
        assert selected("down", "j") == "00002"
        assert selected("pagedown") == "00011"
        assert selected("pageup", "up") == "00001"
        assert selected("end") == "00059"
        assert selected("down", "pagedown") == "00059"
        assert selected("G", "home") == "00000"
        assert "▸" not in made.press("esc")


def test_that_a_namespace_does_not_exist_is_said_until_it_does(drawn: Drawn) -> None:
    namespace = Scope("Namespace", "default")
    missing = connected(45, "missing", 'namespace "default" does not exist')
    drawn.feed(replace(missing, scope=namespace))
    assert 'namespace "default" does not exist' in drawn.press()
    drawn.feed(replace(connected(46, "live"), scope=namespace))
    assert "does not exist" not in drawn.press()


def test_q_ends_the_watch_and_other_keys_do_not(drawn: Drawn) -> None:
    drawn.frame()
    for name in ("x", "r", "n", "enter", "é"):
        drawn.screen.key(name)
    assert not drawn.screen.done
    drawn.screen.key("esc")
    drawn.screen.key("q")
    assert drawn.screen.done


def test_a_card_stays_until_it_can_be_read_and_then_the_newest_comes() -> None:
    made = later(seen(50, running("newcomer"), "ADDED"))
    with made.screen:
        made.clock.now += 4
        assert "╭─ newcomer " in made.press()
        for t, name in ((50.5, "second"), (51, "third")):
            made.feed(seen(t, running(name), "ADDED"))
        made.clock.now += 3.4
        assert re.search(r"╭─ newcomer · condition Ready ─+ 2 more since ", made.press())
        made.clock.now += 0.1
        wait, written = made.frame()
        assert written == ""
        assert wait is not None
        assert 0 < wait < 0.4  # the screen asks to be drawn again when the next one is due
        made.clock.now += wait
        assert made.frame()[1]
        assert "╭─ third " in "\n".join(made.lines())


def test_a_message_goes_away_by_itself() -> None:
    made = Drawn(many(1))
    with made.screen:
        assert "nothing to copy" in made.press("y")
        wait, _ = made.frame()
        assert wait is not None
        made.clock.now += wait
        made.frame()
        assert "q quit" in made.lines()[-1]


# ── r ──


def taped(folder: Path, items: Iterable[StreamItem], width: int = 110) -> Drawn:
    """A screen whose `r` records into the folder."""
    at = datetime(2026, 3, 5, 10, 0, 3, tzinfo=UTC)
    return Drawn(
        items, width, recording_key=lambda of: ToggledRecorder(folder, of.opening, now=lambda: at)
    )


def test_r_records_from_the_pods_that_are_there_on(tmp_path: Path) -> None:
    made = taped(tmp_path, lesson(), 140)
    with made.screen:
        shown = made.press("r")
        assert "recording to podwatch-20260305-100003.jsonl; r stops it" in shown
        assert "● recording" in shown
        made.feed(seen(50, creating("newcomer"), "ADDED"))
        made.feed(seen(51, running("newcomer")))
        shown = made.press("r")
        assert "play it: podwatch replay podwatch-20260305-100003.jsonl" in shown
        assert "● recording" not in shown
        made.feed(seen(52, running("too-late"), "ADDED"))
    replayed = session(read(tmp_path / "podwatch-20260305-100003.jsonl"))
    there = [row.ref.name for row in made.session.board.rows if not row.gone]
    assert [row.ref.name for row in replayed.board.rows] == [n for n in there if n != "too-late"]
    told = [one.ref.name for one in replayed.board.timeline if isinstance(one, ExplainedTransition)]
    assert told
    assert set(told) == {"newcomer"}


def test_a_recording_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    made = taped(tmp_path, lesson())
    with made.screen:
        made.press("r", "r", "r", "r")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "podwatch-20260305-100003-2.jsonl",
        "podwatch-20260305-100003.jsonl",
    ]


def test_a_folder_that_takes_no_recording_is_said_and_the_watch_goes_on() -> None:
    made = taped(Path("missing"), lesson(), 140)
    with made.screen:
        shown = made.press("r")
        assert "can't be written: No such file or directory" in shown
        assert "● recording" not in shown


def test_before_a_cluster_answered_there_is_nothing_to_record(tmp_path: Path) -> None:
    made = taped(tmp_path, [])
    with made.screen:
        assert "nothing to record yet" in made.press("r")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_full_disk_ends_the_recording_and_not_the_watch(tmp_path: Path) -> None:
    (tmp_path / "podwatch-20260305-100003.jsonl").symlink_to("/dev/null")
    made = taped(tmp_path, lesson(), 140)
    recording_key = made.recording_key
    assert recording_key is not None
    with made.screen:
        assert "recording to podwatch-20260305-100003-2.jsonl" in made.press("r")
        full = tmp_path / "full"
        full.symlink_to("/dev/full")
        recording_key.stop()
        recording_key._recorder = Recorder(full).__enter__()
        recording_key.name = "full"
        made.feed(seen(50, creating("newcomer"), "ADDED"))
        shown = made.press()
        assert "No space left on device" in shown
        assert "● recording" not in shown


# ── a replay ──


def test_space_leaves_the_lesson_that_is_being_read_and_n_brings_the_next() -> None:
    clock = Clock()
    player, feed = replaying(
        clock, seen(50, running("newcomer"), "ADDED"), seen(60, running("newcomer"))
    )
    made = Drawn(lesson(), playback=player)
    for t, name in ((45, "first"), (46, "second")):
        made.feed(seen(t, running(name), "ADDED"))
    with made.screen:
        read = next(line for line in made.press().splitlines() if line.startswith("╭"))
        who = read.split()[1]
        made.clock.now += 1000
        assert f"╭─ {who} " in made.press(" ")
        assert f"╭─ {who} " in made.press()
        made.press("n")
        got = feed.get(0)
        assert isinstance(got, Observed)
        made.feed(got)
        assert "╭─ newcomer " in made.press()


def test_after_a_long_look_at_one_pod_the_card_is_the_newest() -> None:
    made = Drawn(lesson())
    with made.screen:
        made.press("down")
        for t, name in ((45, "first"), (46, "second"), (47, "third")):
            made.feed(seen(t, running(name), "ADDED"))
        made.clock.now += 180
        shown = made.press("esc", "esc")
        assert "╭─ third " in shown
        assert "more since" not in shown


def test_a_resize_draws_everything_anew(drawn: Drawn) -> None:
    drawn.frame()
    drawn.console.size = (80, 24)
    drawn.screen.signal(TerminalSignal.RESIZED)
    _, written = drawn.frame()
    assert written.startswith(f"{BEGIN}\x1b[2J")
    assert written.endswith(END)
    assert re.findall(r"\x1b\[(\d+);1H", written) == [str(row) for row in range(1, 25)]


def test_a_changed_window_size_is_a_key(drawn: Drawn) -> None:
    drawn.frame()
    signal.raise_signal(signal.SIGWINCH)
    assert drawn.inbox.get(timeout=1) is TerminalSignal.RESIZED


def test_closing_leaves_the_screen_and_sums_up_once(drawn: Drawn) -> None:
    before = signal.getsignal(signal.SIGWINCH)
    drawn.frame()
    drawn.screen.close()
    drawn.screen.close()
    assert drawn.frame()[0] is None
    everything = drawn.file.getvalue()
    assert everything.count(ENTER) == everything.count(LEAVE) == 1
    after = everything[everything.index(LEAVE) + len(LEAVE) :]
    assert after.startswith("watched 44 s: 10 transitions, 1 event, 1 gap; 5 Pods there")
    assert after.count("\n") == 2
    assert "read more: kubernetes.io/docs/" in after
    assert signal.getsignal(signal.SIGWINCH) == before or before is None


def test_nothing_is_summed_up_before_anything_was_opened() -> None:
    made = Drawn([])
    with made.screen:
        made.frame()
        made.screen.close()
    assert made.file.getvalue().endswith(LEAVE)


def test_a_terminal_that_is_gone_does_not_stop_the_end(drawn: Drawn) -> None:
    drawn.frame()

    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

    drawn.console.file = Gone()
    drawn.screen.close()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)], ids=str)
def test_hostile_texts_write_allowed_sequences_only(size: tuple[int, int]) -> None:
    made = Drawn(HOSTILE_ITEMS, *size)
    with made.screen:
        made.frame()
        made.screen.close()
    screen, summary = made.file.getvalue().split(LEAVE)
    rest = ALLOWED.sub("", screen)
    assert not {char for char in rest if unicodedata.category(char) in {"Cc", "Cf"}}
    assert {char for char in summary if unicodedata.category(char) in {"Cc", "Cf"}} == {"\n"}


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    made = Drawn(lesson())
    with made.screen:
        _, written = made.frame()
    assert not re.search(r"\x1b\[[0-9;]*[34]8;", written)
    assert "✖ 2 in trouble" in ALLOWED.sub("", written)
