"""The dashboard's picture, without a terminal."""

import io
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any, Never

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from podwatch.core.board import Board
from podwatch.core.cards import of_moment
from podwatch.core.concepts import catalog
from podwatch.core.kube import Pod
from podwatch.core.stream import Observed, Scope, StreamItem, Tick
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT, Theme, suited
from podwatch.renderers.dashboard.view import Frame, view
from podwatch.renderers.dashboard.view_state import Region, Scene, ViewState
from podwatch.sources.recording import read
from tests.build import EVENTS, PODS, catalog_of, condition, connected, synced
from tests.build import lesson as lesson_of
from tests.renderers.dashboard.boards import (
    board,
    completed,
    crashing,
    creating,
    event,
    lesson,
    many,
    opened,
    running,
    seen,
    waiting,
)

HOSTILE = "[/foo][bold]x\x1b[2J\x1b]52;c;aGk=\x07\n\x9b1A\u202etxt\u2066\u200b東京"


def picture(
    of: Board,
    width: int = 80,
    height: int = 24,
    look: ViewState = ViewState(),  # noqa: B008
    theme: Theme = DEFAULT,
) -> Frame:
    return view(of, width, height, look, theme=theme, tz=UTC)


def lines(of: Board, *size_and_look: Any) -> list[str]:
    return [line.plain for line in picture(of, *size_and_look).lines]


def text(of: Board, *size_and_look: Any) -> str:
    return "\n".join(line.rstrip() for line in lines(of, *size_and_look)) + "\n"


def row(of: Board, name: str, width: int = 120, height: int = 40) -> str:
    """The table's line about a Pod."""
    shown = inside(lines(of, width, height))
    ending = name[-6:] if len(name) > 15 else name
    return next(line for line in shown if ending in line[4:26])


def inside(shown: list[str]) -> list[str]:
    """The lines without the sides of boxes; what stands beside a box follows behind."""
    return [re.sub(r"^[│┃]|[│┃]$", "", line) for line in shown]


def listed(*items: StreamItem) -> list[StreamItem]:
    return [opened(), *items, synced(), connected(0.1, "live")]


def first(one: object) -> StreamItem:
    return seen(0.05, one, "ADDED", initial=True)  # type: ignore[arg-type]


HOSTILE_ITEMS: list[StreamItem] = [
    opened(context=HOSTILE),
    first(running(HOSTILE)),
    first(crashing("東京-" * 20, 3, backing_off=True, ended=-5)),
    first(waiting("x", HOSTILE)),
    synced(),
    connected(0.2, "reconnecting", HOSTILE),
    seen(1, event(running(HOSTILE), HOSTILE, HOSTILE * 20)),
    seen(2, waiting("x", HOSTILE + "2")),
]
SITUATIONS: dict[str, Callable[[], Board]] = {
    "nothing came yet": lambda: board([]),
    "the list is being asked for": lambda: board([opened(), connected(0, "listing")]),
    "no Pods": lambda: board(listed()),
    "a lesson": lambda: board(lesson()),
    "a lesson of the catalogue": lambda: board(lesson(), catalog()),
    "more Pods than fit": lambda: board(many(500)),
    "reconnecting": lambda: board([*lesson(), connected(45, "reconnecting", "no answer")]),
    "hostile texts": lambda: board(HOSTILE_ITEMS),
}


@pytest.mark.parametrize("theme", [DEFAULT, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_every_size_is_filled_exactly(situation: str, theme: Theme) -> None:
    of = SITUATIONS[situation]()
    for width in (60, 71, 72, 79, 80, 99, 100, 110, 139, 140, 141, 200, 300):
        for height in (15, 19, 20, 24, 29, 30, 45, 100):
            made = picture(of, width, height, theme=theme)
            assert len(made.lines) == height, f"at {width}x{height}"
            for line in made.lines:
                assert cell_len(line.plain) == width, f"at {width}x{height}: {line.plain!r}"


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_tiny_terminal_is_no_reason_to_fail(situation: str) -> None:
    of = SITUATIONS[situation]()
    for width in (20, 30, 45):
        for height in (4, 6, 10):
            made = picture(of, width, height)
            assert [cell_len(line.plain) for line in made.lines] == [width] * height


def test_a_row_has_kubectls_columns_and_the_phase() -> None:
    of = board(listed(first(crashing("api", 4, backing_off=True, ended=-20))))
    cells = re.split(r"\s{2,}", row(of, "api").strip())
    assert cells[:6] == ["✖ api", "0/1", "CrashLoopBackOff", "Running", "3 (20s ago)", "2m"]


def test_columns_are_aligned_beside_wide_characters() -> None:
    of = board(listed(first(running("東京-web")), first(running("plain-web"))))
    for width in (80, 120):
        found = [line for line in lines(of, width) if "-web" in line]
        starts = {cell_len(line[: line.index("1/1")]) for line in found}
        assert len(found) == 2
        assert len(starts) == 1


def test_a_name_that_is_too_long_keeps_its_end() -> None:
    of = board(listed(first(running("a-deployment-with-a-long-name-846575c5cf-x9k2p"))))
    line = next(line for line in lines(of, 80) if "1/1" in line)
    assert re.search(r"a-deploy\S*…-x9k2p ", line)


def test_the_standing_is_a_symbol_as_well_as_a_colour() -> None:
    of = board(
        listed(
            first(running("a-ready")),
            first(creating("b-waiting")),
            first(waiting("c-trouble", "ErrImagePull")),
            first(completed("d-ended")),
            first(running("e-leaving", deleting=True)),
        )
    )
    symbols = {line[4:].split()[0]: line[2] for line in lines(of)[3:8]}
    assert symbols == {
        "a-ready": "◉",
        "b-waiting": "○",
        "c-trouble": "✖",
        "d-ended": "✔",
        "e-leaving": "⌫",
    }
    assert "1 ready  ○ 1 waiting  ✖ 1 in trouble  ⌫ 1 being deleted" in lines(of, 140)[0]


def test_the_namespace_is_a_column_when_there_are_several() -> None:
    everywhere = Scope("Pod")
    of = board(
        [
            opened(everywhere),
            seen(0.05, running("web", namespace="shop"), "ADDED", initial=True, scope=everywhere),
            synced(scope=everywhere),
        ]
    )
    assert lines(of)[2].split()[:2] == ["NAMESPACE", "NAME"]
    assert lines(of)[3].split()[1:3] == ["shop", "web"]
    assert "all namespaces" in lines(of)[0]
    assert "NAMESPACE" not in lines(board(lesson()))[2]


def test_a_pod_that_is_gone_says_so_for_eight_seconds() -> None:
    web = running("web")
    items = [*listed(first(web)), seen(10, web, "DELETED")]
    assert "deleted" in row(board([*items, Tick(t=17.9)]), "web")
    after = board([*items, Tick(t=18)])
    assert not [line for line in lines(after) if line[4:].startswith("web")]


@pytest.mark.parametrize("width", [80, 110, 140])
def test_a_replacement_is_said_on_both_rows(width: int) -> None:
    of = board(lesson())
    gone = row(of, "web-846575c5cf-jc8jz", width)
    assert re.search(r" deleted +Running ", gone)
    assert ("replaced by …-x9k2p" if width == 140 else "→ …-x9k2p") in gone
    if width >= 110:
        assert "replaces …-jc8jz" in row(of, "web-846575c5cf-x9k2p", width)


def test_a_row_says_why_its_pod_is_deleted_and_how_it_ended() -> None:
    def of(name: str, at: float) -> str:
        path = Path("podwatch/scenarios") / name / "recording.jsonl"
        items = [item for item in read(path) if item.t <= at]
        return text(board([*items, Tick(t=at)], catalog()), 140, 45)

    assert of("scaling", 11.9).count("⌫  scaled down: 1 of 3 Pods stay ") == 2
    assert "✔  one completion for Job report " in of("job-succeeds", 15)


def test_a_long_lifeline_gives_way_to_the_cause() -> None:
    path = Path("podwatch/scenarios/unschedulable/recording.jsonl")
    of = board([*read(path), Tick(t=200)], catalog())
    assert "○  100 CPU asked, 1 node has too little " in text(of, 116, 34)


def test_a_short_cause_keeps_its_numbers() -> None:
    path = Path("podwatch/scenarios/unschedulable/recording.jsonl")
    of = board([*read(path), Tick(t=200)], catalog())
    for width in range(100, 125):
        remark = re.search(r"○  (\S.*?) *[│┃]$", row(of, "simulation", width) + "┃")
        assert remark is None or re.findall(r"\d+", remark[1]) in (["100", "1"], []), width


def test_where_several_namespaces_leave_no_room_the_phase_gives_way() -> None:
    everywhere = Scope("Pod")
    web = seen(0.05, running("web", namespace="shop"), "ADDED", initial=True, scope=everywhere)
    shown = text(board([opened(everywhere), web, synced(scope=everywhere)]), 60, 30)
    assert "NAMESPACE NAME" in shown
    assert "RESTARTS" in shown
    assert "PHASE" not in shown


def test_the_card_teaches_the_lesson() -> None:
    shown = text(board(lesson()), 110, 40)
    for part in (
        "api · container app",
        "✖ Back-off before the next start",
        "the kubelet on worker waits 40 s before it starts it again.",
        "next    in about 37 s: Started again after the pause",
        "who     the kubelet on worker",
        "why     A container that ends again and again",
        "try     kubectl logs api -c app --previous",
        "note       A crash loop is no phase",
        "kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy",
        "10:00:41",
    ):
        assert part in shown


def test_half_a_command_is_not_shown() -> None:
    command = "kubectl logs {pod.name} -c first -c second -c third -c fourth -c fifth"
    told = lesson_of("Bye", 'transition.facet = "deletion"')
    told = told.replace("[when]", f"try = ['{command}']\n[when]")
    items = [*listed(first(running("web"))), seen(1, running("web", deleting=True))]
    of = board(items, catalog_of(bye=told))
    assert "-c fifth" in text(of, 80, 24)
    assert "kubectl" not in text(of, 40, 24)


def test_nothing_counts_down_for_a_pod_that_is_gone_or_has_moved_on() -> None:
    deletion = lesson_of("Bye", 'transition.facet = "deletion"', then="killed.")
    catalog = catalog_of(bye=deletion)
    leaving = running("web", deleting=True)
    items = [*listed(first(running("web"))), seen(1, leaving)]
    assert "next    29 s left: killed." in text(board(items, catalog), 110, 34)
    gone = board([*items, seen(2, leaving, "DELETED")], catalog)
    shown = text(gone, 110, 34, ViewState(card=of_moment(board(items, catalog))))
    assert "now     " in shown
    assert "next    " not in shown
    for now in (running("api", age=62), crashing("api", 5, backing_off=True, ended=49, age=62)):
        again = [*lesson(), seen(50, now)]
        shown = text(board(again), 110, 34, ViewState(card=of_moment(board(lesson()))))
        assert "now     " in shown
        assert "next    " not in shown


def test_with_several_namespaces_each_pod_is_named_with_its_own() -> None:
    scopes = (Scope("Pod", "dev"), Scope("Pod", "prod"))
    items: list[StreamItem] = [opened(*scopes), *(synced(0.1, scope) for scope in scopes)]
    items += [
        seen(n, running("db-0", namespace=scope.namespace), "ADDED", scope=scope)
        for n, scope in enumerate(scopes, 1)
    ]
    of = board(items)
    for width in (110, 140):
        shown = text(of, width, 34)
        assert "─ prod/db-0" in shown
        assert re.search(r"10:00:01 +dev/db-0", shown)
    assert "prod/db-0" in text(of, 80, 24, ViewState(scene=Scene.PROJECTOR))


def test_without_room_for_a_lifeline_names_have_its_room() -> None:
    names = [f"kube-{part}-podwatch-control-plane" for part in ("apiserver", "scheduler")]
    every = Scope("Pod")

    def shown(*pods: Pod) -> list[str]:
        first_ = [seen(0.05, one, scope=every, initial=True) for one in pods]
        return lines(board([opened(every), *first_, synced(0.1, every)]), 80)

    small = shown(*map(running, names))
    assert "LIFELINE" in small[2]
    long = shown(*(waiting(name, "CreateContainerConfigError") for name in names))
    assert "LIFELINE" not in long[2]
    for screen in (small, long):
        assert any("kube-apiserver" in line for line in screen)
        assert any("kube-scheduler" in line for line in screen)


@pytest.mark.parametrize("width", [80, 100, 110, 140, 200])
@pytest.mark.parametrize("name", ["greeter", "web-846575c5cf-x9k2p"])
def test_no_status_is_cut_while_another_column_can_give_way(width: int, name: str) -> None:
    of = board(listed(first(waiting(name, "CreateContainerConfigError"))))
    assert " CreateContainerConfigError " in row(of, name, width)


def test_columns_stay_where_they_are_while_pods_start() -> None:
    for width in (80, 110, 140):
        starting = board(listed(first(creating("web")), first(running("db"))))
        started = board(listed(first(running("web")), first(running("db"))))
        assert lines(starting, width)[2] == lines(started, width)[2]


def on_node(name: str, node: str, **more: Any) -> Pod:
    one = running(name)
    return replace(one, spec=replace(one.spec, node_name=node), **more)


def test_the_node_is_told_where_there_is_room_and_more_than_one() -> None:
    of = board(listed(first(on_node("a", "worker")), first(on_node("b", "worker2"))))
    heading = next(line for line in lines(of, 160, 40) if "STATUS" in line)
    assert re.search(r"AGE +NODE +LIFELINE", heading)
    assert " worker2 " in row(of, "b", 160)
    one = board(listed(first(on_node("a", "worker")), first(on_node("b", "worker"))))
    assert "NODE" not in text(one, 160, 40)
    assert "NODE" not in text(of, 110, 34)


@pytest.mark.parametrize("width", [100, 110, 140])
def test_the_node_is_told_where_it_explains_what_happens(width: int) -> None:
    evicted = replace(
        on_node("a", "worker").status,
        conditions=(condition("DisruptionTarget", reason="EvictionByEvictionAPI"),),
    )
    leaving = on_node("leaving", "worker", status=evicted)
    of = board(listed(first(leaving), first(on_node("other", "worker2"))))
    assert " worker " in row(of, "leaving", width)
    assert " worker2 " in row(of, "other", width)


def test_the_selection_is_a_bar_over_the_whole_width() -> None:
    look = ViewState(selected=("", "uid-default-api"))
    line = next(one for one in picture(board(lesson()), 110, 34, look).lines if "▸" in one.plain)
    bar = [span for span in line.spans if span.style == DEFAULT.style("selected")]
    assert sum(span.end - span.start for span in bar) >= len(line.plain) - 2


def test_a_recording_without_pods_asks_for_nothing_to_be_typed() -> None:
    of = board([opened(), synced()])
    made = view(of, 80, 24, recorded=True)
    shown = "\n".join(line.plain for line in made.lines)
    assert "This is a recording: at this moment there is none in it." in shown
    assert "kubectl run" not in shown


@pytest.mark.parametrize(
    ("environment", "ascii_only"),
    [
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "linux"}, True),
        ({}, False),
    ],
)
def test_who_chose_a_locale_without_more_gets_ascii(
    environment: dict[str, str], ascii_only: bool
) -> None:
    assert suited("utf-8", environment).ascii is ascii_only
    assert suited("ascii", environment).ascii


def test_an_old_pods_age_is_whole_where_it_is_cut() -> None:
    of = board(listed(first(running("old", age=(2 * 365 + 170) * 86_400))))
    assert "2y    " in row(of, "old", 80)
    assert "2y170d" in row(of, "old", 110)


def test_what_is_inferred_is_said_to_be() -> None:
    items = [*lesson()[:7], seen(1, crashing("api", 4, backing_off=False, ended=1, age=62))]
    of = board(items)
    assert of.timeline
    [beat] = [one for one in of.beats_of(of.rows[0].ref) if one.inferred][:1]
    look = ViewState(focus=Region.TIMELINE, unfolded=frozenset({beat.group}))
    assert "waiting → running (inferred)" in text(of, 110, 45, look)


def test_the_row_of_the_lessons_pod_is_marked() -> None:
    of = board(lesson())
    assert [line[4:].split()[0] for line in lines(of) if line.startswith(" ▸")] == ["api"]


def test_at_80x24_table_card_and_timeline_all_fit() -> None:
    shown = lines(board([*many(30), *lesson()[8:]]), 80, 24)
    assert sum(line.startswith("  ◉ web-") for line in shown) >= 4
    titles = [line[3:].split()[0] for line in shown if re.match(r"[─━]{2} ", line)]
    assert (titles[0], len(titles), titles[2]) == ("Pods", 3, "What")
    assert sum(bool(re.match(r" \d\d:\d\d:\d\d ", line)) for line in shown) >= 3


def test_the_timeline_has_the_newest_first_and_says_gaps() -> None:
    shown = inside(lines(board(lesson()), 110, 45))
    times = [line[1:9] for line in shown if re.match(r" \d\d:\d\d:\d\d ", line)]
    assert times == sorted(times, reverse=True)
    said = " 10:00:12 ! between 10:00:09 and 10:00:12 something may have been missed (server"
    assert any(line.startswith(said) for line in shown)
    assert any("✖ report" in line and "The image can't be pulled" in line for line in shown)


def test_a_gap_is_said_whole_on_a_small_screen() -> None:
    of = board([*lesson()[:10], connected(13, "live")])
    assert " 10:00:12 ! since 10:00:09 something may have been missed" in text(of, 60, 24)


def test_the_card_and_the_timeline_stand_side_by_side_on_a_wide_screen() -> None:
    assert any(
        line.startswith("│") and "│ │ 10:00:41 ✖ api" in line
        for line in lines(board(lesson()), 140, 45)
    )


def test_scrolling_says_what_is_above_and_below() -> None:
    of = board(many(40))
    top = picture(of)
    assert f" Pods {top.page} of 40 ━" in top.lines[1].plain
    assert f" ↓{40 - top.page} more ━" in top.lines[1].plain
    middle = picture(of, look=ViewState(scroll=10))
    assert middle.areas[Region.TABLE].first == 10
    assert f" ↑10 ↓{40 - 10 - middle.page} more " in middle.lines[1].plain
    end = picture(of, look=ViewState(scroll=10_000))
    assert end.areas[Region.TABLE].first == 40 - end.page
    assert "-00039" in "".join(line.plain for line in end.lines)


def test_the_very_first_frame_says_what_is_going_on() -> None:
    assert "asking the cluster for its Pods …" in text(board([]))
    assert "asking kind-demo for its Pods …" in text(board([opened()]))


def test_no_pods_are_claimed_before_every_namespace_was_listed() -> None:
    one, other = Scope("Pod", "one"), Scope("Pod", "other")
    half: list[StreamItem] = [opened(one, other), synced(scope=one)]
    assert "asking kind-demo for its Pods …" in text(board(half))
    assert "no Pods in one, other" in text(board([*half, synced(scope=other)]))


def test_an_empty_namespace_says_what_to_type() -> None:
    hello = "kubectl run hello --image=busybox:1.36 -n default -- sleep 60"
    assert hello in text(board(listed()))


def test_a_namespace_that_is_not_a_word_is_quoted() -> None:
    odd = Scope("Pod", "a b; rm")
    of = board([opened(odd), synced(scope=odd)])
    assert "-n 'a b; rm' --" in text(of, 110)


def test_the_symbols_are_explained_until_something_happens() -> None:
    for width in (60, 80):
        shown = text(board(many(3)), width)
        for part in ("◉ ready", "○ waiting", "✖ in trouble", "⌫ being deleted", "✔ ended"):
            assert part in shown
    assert "○ waiting" not in text(board(lesson()), 110, 34)


def test_an_awaited_pod_is_said_to_be_waited_for() -> None:
    one = Scope("Pod", "default", "", "metadata.name=api")
    of = board([opened(one), synced(scope=one)])
    assert "waiting for default/api: it does not exist yet" in text(of)
    assert "default/api" in lines(of)[0]


def test_a_pod_that_was_watched_by_name_is_said_to_be_gone() -> None:
    one = Scope("Pod", "default", "", "metadata.name=web")
    web = running("web")
    came, went = seen(1, web, "ADDED", scope=one), seen(2, web, "DELETED", scope=one)
    shown = text(board([opened(one), synced(scope=one), came, went, Tick(t=30)]))
    assert "default/web is gone" in shown
    assert "kubectl run" not in shown


def test_selectors_are_named_as_they_are() -> None:
    selectors = "metadata.name=web,status.phase=Running"
    selected = Scope("Pod", "default", "", selectors)
    of = board([opened(selected), synced(scope=selected)])
    assert f"no Pod matches in default {selectors}" in text(of, 110)


def test_a_selection_without_pods_says_so() -> None:
    selected = Scope("Pod", "default", "app=web")
    of = board([opened(selected), synced(scope=selected)])
    assert "no Pod matches in default app=web" in text(of)


def test_a_lost_connection_is_said_with_its_time_and_cause() -> None:
    of = board([*lesson(), connected(45, "reconnecting", "no answer")])
    assert "↻ reconnecting since 10:00:45: no answer" in text(of)
    of = board([opened(), connected(0.5, "forbidden", "you may not list Pods in default")])
    assert "✖ forbidden: you may not list Pods in default" in text(of)


def test_a_lost_connection_to_events_does_not_look_like_one_to_pods() -> None:
    of = board([*lesson(), connected(45, "forbidden", "you may not list Events", EVENTS)])
    assert "● live" in lines(of)[0]
    assert "no Events here: you may not list Events" in text(of)


def test_a_connection_that_says_nothing_is_not_called_live() -> None:
    quiet: list[StreamItem] = [opened(), synced(), connected(0.1, "live")]
    assert "↻ silent for 70 s" in lines(board([*quiet, Tick(t=70.1)]))[0]
    assert "● live" in lines(board([*quiet, connected(60, "live"), Tick(t=70.1)]))[0]


@pytest.mark.parametrize(
    ("better", "worse"),
    [("live", "reconnecting"), ("reconnecting", "forbidden"), ("listing", "drowsy")],
)
def test_the_worst_connection_counts(better: str, worse: str) -> None:
    """A state that podwatch does not know counts as one of the worst."""
    other = Scope("Pod", "other")
    of = board([opened(PODS, other), connected(0.1, better), connected(0.2, worse, "why", other)])
    assert re.search(rf"[↻✖] {worse}", lines(of, 110)[0])


def test_hostile_texts_are_shown_harmlessly() -> None:
    console = Console(file=io.StringIO(), width=110, force_terminal=True, color_system="truecolor")
    console.print(*picture(board(HOSTILE_ITEMS), 110, 34).lines, sep="\n")
    written = console.file.getvalue()  # type: ignore[attr-defined]
    without_styles = re.sub(
        r"\x1b\[[0-9;]*m|\x1b\]8;(id=[0-9-]+;https://kubernetes\.io/[!-~]*|;)\x1b\\\\", "", written
    )
    bad = {char for char in without_styles if unicodedata.category(char) in {"Cc", "Cf"}}
    assert bad == {"\n"}
    assert "[/foo][bold]x␛[2J␛]52;c;aGk=␇⏎\\x9b1A\\u202etxt" in written


def test_the_ascii_theme_is_ascii() -> None:
    for situation in SITUATIONS.values():
        made = picture(situation(), 110, 34, theme=ASCII)
        assert all(line.plain.isascii() for line in made.lines)


class _Untouchable:
    def __getattr__(self, name: str) -> Never:
        raise AssertionError(f"a row that is not visible was asked for its {name}")


def test_rows_that_are_not_visible_are_not_looked_into() -> None:
    of = board(many(1000))
    rows = tuple(
        replace(row, pod=_Untouchable()) if number > 60 else row
        for number, row in enumerate(of.rows)
    )
    picture(replace(of, rows=rows), 200, 50)


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("lesson-80x24", 80, 24), ("lesson-110x34", 110, 34), ("lesson-140x45", 140, 45)],
)
def test_a_lesson_looks_like_this(
    name: str, width: int, height: int, is_golden: Callable[[str, str], None]
) -> None:
    is_golden(name, text(board(lesson()), width, height))


def test_a_small_terminal_looks_like_this(is_golden: Callable[[str, str], None]) -> None:
    late = (
        replace(item, type="ADDED")
        if isinstance(item, Observed) and item.type == "MODIFIED"
        else item
        for item in lesson()[8:]
    )
    is_golden("many-60x15", text(board([*many(12), *late]), 60, 15))


def test_a_recording_is_not_called_live() -> None:
    of = board(lesson())
    shown = view(of, 110, 34, tz=UTC, recorded=True).lines[0].plain
    assert "▸ recorded" in shown
    assert "live" not in shown


def test_a_missing_namespace_is_told_until_a_pod_is_in_it() -> None:
    missing = Scope("Namespace", PODS.namespace)
    cause = 'namespace "demo" does not exist (did you mean "demos"?)'
    items: list[StreamItem] = [
        opened(),
        synced(),
        connected(0.1, "live"),
        connected(0.2, "missing", cause, missing),
    ]
    before = board(items)
    assert "● live" in lines(before, 120)[0]
    assert cause in lines(before, 120)[1]
    assert cause not in text(board([*items, seen(3, creating("web"))]), 120)
