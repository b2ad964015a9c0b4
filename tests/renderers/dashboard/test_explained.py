"""The page about one Pod, as `podwatch explain pod/NAME` prints it."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from podwatch.core.kube import Pod
from podwatch.core.pod_page import pod_page
from podwatch.core.surroundings import Surroundings
from podwatch.renderers.dashboard.explained import page
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from tests.build import at, being_deleted, condition, ended, owned_by, pod, running, status, up
from tests.strategies import arbitrary_pods


def crashed(name: str = "web") -> Pod:
    return pod(
        status(ended("A", 1, finished=30), "A", restarts=2),
        name=name,
        phase="Running",
        node="worker",
        owner=owned_by("ReplicaSet", "web-5d9c"),
        conditions=[condition("Ready", "False", "ContainersNotReady")],
    )


def printed(one: Pod, width: int = 80, *, ascii_: bool = False, note: str = "") -> str:
    pen = Layout(ASCII if ascii_ else DEFAULT, None)
    lines = page(pod_page(one, Surroundings(), at(60), note=note), width, pen)
    return "\n".join(line.plain.rstrip() for line in lines) + "\n"


def test_the_page_of_a_pod_in_trouble(is_golden: Callable[[str, str], None]) -> None:
    is_golden("explained-80", printed(crashed()))


def test_a_narrow_page_in_ascii(is_golden: Callable[[str, str], None]) -> None:
    text = printed(crashed(), 60, ascii_=True)
    assert text.isascii()
    is_golden("explained-60-ascii", text)


def test_the_cause_comes_first_and_what_follows_from_it_is_one_sentence() -> None:
    text = printed(crashed())
    order = ("exit code 1", "The Pod isn't Ready", "─ Pod web")
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert text.count("   read") == 1


def test_what_a_finding_says_is_not_said_again_below_it() -> None:
    text = printed(crashed())
    assert text.count("no traffic") == 1
    assert "Ready is False" not in text
    deleted = printed(being_deleted(up()))
    assert "✖ Terminating" in deleted
    assert "STATUS says" not in deleted


def test_of_what_runs_on_a_silent_node_nobody_says_that_it_is_ready() -> None:
    one = pod(
        status(running(), ready=True),
        phase="Running",
        reason="NodeLost",
        node="worker",
        conditions=[condition("Ready", "False")],
    )
    assert "ran when last heard of" in printed(one)
    assert "STATUS says Unknown: it is being deleted" in printed(being_deleted(one))
    assert "running, asked to end" in printed(being_deleted(up()))


def test_a_note_stands_above_the_picture() -> None:
    text = printed(up(), note="deleted meanwhile")
    assert text.index("deleted meanwhile") < text.index("─ Pod web ─")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_only_what_is_to_be_copied_is_wider_than_the_page(width: int) -> None:
    pen = Layout(DEFAULT, None)
    long = pod_page(crashed("w" * 200), Surroundings(), at(60))
    for line in page(long, width, pen):
        copied = line.plain.startswith(("   try", "   read"))
        assert copied or cell_len(line.plain) <= width, line.plain
    assert any(len(line.plain) > width for line in page(long, width, pen))


def test_nothing_that_a_pod_says_acts_on_the_terminal() -> None:
    evil = crashed("a\x1b]0;x\x07\u202eb")
    assert "\x1b" not in printed(evil)
    assert "\u202e" not in printed(evil)


@settings(deadline=None, max_examples=60)
@given(one=arbitrary_pods(), width=st.integers(40, 130))
def test_whatever_a_pod_holds_it_is_drawn_and_explained(one: Pod, width: int) -> None:
    said = pod_page(one, Surroundings(), at(60))
    assert (said.diagnosis is not None) is one.is_stored
    for line in page(said, width, Layout(DEFAULT, None)):
        copied = line.plain.startswith(("   try", "   read"))
        assert copied or cell_len(line.plain) <= width
        assert not {"\x1b", "\n", "\u202e"} & set(line.plain)
