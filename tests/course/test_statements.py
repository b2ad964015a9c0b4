"""What a beginner's text says of Pods, statement by statement: the tour shows it, or says it.

The text tour is played once; `statements.toml` says what has to be in it, and where. Shown is what
a real Pod shows: a play, a picture or a manifest, never podwatch's own words alone; so what is a
lesson's card in a play only counts as said.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from podwatch.app.tour import Tour
from podwatch.app.tour.in_lines import LinesGuide, Passage, Person
from podwatch.app.tour.kept import Keeper
from podwatch.course import Page, chapters
from podwatch.renderers.course_text import CourseText
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import DEFAULT

SHOWN: set[Passage] = {"manifest", "picture", "play"}
_FRAMES = dict.fromkeys(map(ord, "╭╮╰╯│─┏┓┗┛┃━"), " ")


def is_card(line: str) -> bool:
    """Whether a lesson's card begins there: `  0.5 s hello * What a Pod is: …`."""
    return re.match(r" *\d+\.\d s \S+ \* ", line) is not None


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is about, and what of its chapter answers it."""

    about: str
    chapter: str
    shown: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True):
    statements: tuple[Statement, ...]


STATEMENTS = msgspec.convert(
    tomllib.loads(Path(__file__).with_name("statements.toml").read_text("utf-8")), _File
).statements


@cache
def told() -> dict[tuple[str, bool], str]:
    """What is told in each chapter, by whether a real Pod shows it, in one line."""
    found: dict[tuple[str, bool], list[str]] = {}
    pen, names = Layout(DEFAULT, None), {one.number: one.name for one in chapters()}
    now = names[1]

    def write(kind: Passage, lines: Iterable[str]) -> None:
        nonlocal now
        on_card = False
        for line in lines:
            if line.startswith("Chapter ") and " of 13: " in line:
                now = names[int(line.split()[1])]
            on_card = kind == "play" and (is_card(line) or (on_card and line.startswith(" " * 9)))
            shows = kind in SHOWN and not on_card
            text = line.removeprefix("▸").translate(_FRAMES) if shows else line
            found.setdefault((now, shows), []).append(text)

    tour = Tour(chapters(), Keeper(None))
    tour.tell(LinesGuide(write, Person(None, StringIO()), tour.answered, pen, CourseText(pen)))
    return {place: " ".join(" ".join(lines).split()) for place, lines in found.items()}


def test_there_are_65_and_nearly_all_are_shown() -> None:
    assert len(STATEMENTS) == 65
    assert len({one.about for one in STATEMENTS}) == 65
    assert all(bool(one.shown) != bool(one.said) for one in STATEMENTS)
    assert sum(bool(one.shown) for one in STATEMENTS) >= 60


@pytest.mark.parametrize("one", STATEMENTS, ids=[one.about for one in STATEMENTS])
def test_it_is_answered(one: Statement) -> None:
    missing = [text for text in one.shown if text not in told()[one.chapter, True]]
    missing += [text for text in one.said if text not in told()[one.chapter, False]]
    assert not missing


# ── errors that are often read ──

ERRORS = {
    "Failed needs more than one failure": "Failed: at least one container exited with an error",
    "Running needs no process": "Running: the Pod is on a node and at least one container",
    "Succeeded is for good": "Succeeded: all containers exited successfully",
    "CrashLoopBackOff is no phase": "Pending, Running, Succeeded, Failed, CrashLoopBackOff",
    "Pending is more": "Pending: Kubernetes pulls the image or schedules the Pod",
    "containers have no common clock": "All containers in a Pod start and stop together",
    "no Pod is persistent": "Persistent Pod: its data survives",
    "a lost node takes time": "If a node crashes, the Pods on it are lost",
    "nobody checks ports": "If both containers use port 80, there is a conflict",
    "an emptyDir has a limit": "emptyDir: ephemeral storage",
    "Unknown is not set": "Unknown: the Pod's node does not answer",
    "a mount is a container's": "IP address, ports, volume mounts",
    "an image is no container": "`docker build` creates a container",
    "volumes belong to it, too": "Pod = container + networking",
    "there is a ReplicaSet between": "A Deployment manages multiple Pods",
    "files are a reason, too": "several containers only when they must share networking",
    "a cache needs no StatefulSet": "a StatefulSet for databases and caches",
    "a Pod is no container": "A Pod is a container",
    "Deployments create Pods": "You should create Pods directly",
    "a Pod can have several": "Pods always run one container",
    "a Pod is not started again": "Kubernetes restarted the Pod",
    "evicted Pods stay away": "Evicted Pods are moved to another node",
    "Terminating is no phase": "A Pod has the phase Terminating",
}


@pytest.mark.parametrize("quoted", ERRORS.values(), ids=ERRORS.keys())
def test_an_error_that_is_often_read_is_quoted_and_answered(quoted: str) -> None:
    text = " ".join(said for (_, shown), said in told().items() if not shown)
    at = text.lower().index(quoted.lower())
    before, after = text[max(at - 120, 0) : at].lower(), text[at : at + 250].lower()
    assert "often read" in before
    assert "in fact" in after


# ── where to go on ──


def test_there_is_one_link_for_each_way_to_go_on() -> None:
    links = [
        link
        for one in chapters()
        for page in one.scenes
        if isinstance(page, Page)
        for link in page.links
    ]
    assert len(links) == len({one.page for one in links}) == 7
    assert all(one.page.startswith("/docs/") and one.page.endswith("/") for one in links)
