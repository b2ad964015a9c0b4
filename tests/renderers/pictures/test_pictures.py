"""The pictures of the course: whole at every width, and true to what they are given."""

from collections.abc import Callable, Sequence
from functools import cache

import pytest
import yaml
from rich.cells import cell_len
from rich.text import Text

from podwatch import scenarios
from podwatch.app.moments import Still, still
from podwatch.core.kube import Container
from podwatch.core.question import Moment
from podwatch.course import BESIDE_THE_POINT
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import ASCII, DEFAULT
from podwatch.renderers.pictures import in_words
from podwatch.renderers.pictures.box import box, document_box
from podwatch.renderers.pictures.layers import layers
from podwatch.renderers.pictures.manifest import excerpt, manifest, told_lines, unknown_marks
from podwatch.renderers.pictures.phases import PHASES, phase_line, phases
from podwatch.sources.recording import read
from tests.build import pod, running, status

WIDTHS = (24, 40, 60, 80, 110)
PEN, PLAIN = Layout(DEFAULT, None), Layout(ASCII, None)


@cache
def seen(name: str) -> Still:
    found = still(tuple(read(scenarios.scenario(name).recording)))
    assert found is not None
    return found


def text(lines: Sequence[Text]) -> str:
    return "\n".join(line.plain.rstrip() for line in lines)


def words(lines: Sequence[Text]) -> str:
    """Without frames, so that it does not matter where a line ends."""
    return " ".join(text(lines).translate(dict.fromkeys(map(ord, "╭─╮│╰╯┏━┓┃┗┛"), " ")).split())


Picture = Callable[[int, Layout], list[Text]]
PICTURES: dict[str, Picture] = {
    "manifest": lambda width, pen: manifest(_yaml("two-containers"), width, pen),
    "box": lambda width, pen: box(seen("two-containers").page.pod, width, pen),
    "box of a text": document_box,
    "phases": lambda width, pen: phases({"Pending"}, {"Running"}, width, pen),
    "layers": lambda width, pen: layers(seen("scaling").pods, seen("scaling").owners, width, pen),
}


def _yaml(name: str) -> str:
    return scenarios.scenario(name).manifest_path.read_text("utf-8")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PICTURES)
def test_each_line_is_as_wide_as_it_was_asked_for(name: str, width: int) -> None:
    for pen in (PEN, PLAIN):
        lines = PICTURES[name](width, pen)
        wide = {cell_len(line.plain) for line in lines}
        assert wide == {min(width, 36) if name == "box of a text" else width}
        assert pen is PEN or all(line.plain.isascii() for line in lines)


# ── the manifest ──


def test_a_manifest_has_no_comments_and_keeps_what_only_looks_like_one() -> None:
    text_ = '# What it is.\n---\na: 1  # one\n\nb: "x # y"\nc: p#q\n  # more\n'
    assert told_lines(text_) == ["a: 1", "", 'b: "x # y"', "c: p#q"]


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("name", scenarios.names())
def test_all_of_a_lessons_manifest_can_be_read(name: str, width: int) -> None:
    shown = "".join(text(manifest(_yaml(name), width, PEN)).split())
    assert shown == "".join("".join(told_lines(_yaml(name))).split())


def test_no_key_and_no_address_is_broken_that_fits_in_a_line() -> None:
    yaml = (
        "          exec: {command: [wget, -q, -O, -, http://localhost:8080/]}\n"
        "# left out: a, terminationGracePeriodSeconds, b"
    )
    shown = [line.plain.strip() for line in manifest(yaml, 34, PEN)]
    assert any("http://localhost:8080/]}" in line for line in shown)
    assert any("terminationGracePeriodSeconds," in line for line in shown)


def test_the_lines_that_matter_are_marked_by_more_than_colour() -> None:
    lines = manifest(_yaml("scaling"), 60, PEN, ["  replicas: 1", "kind: Deployment"])
    marked = [line.plain.strip() for line in lines if line.plain.startswith("▸ ")]
    assert marked == ["▸ kind: Deployment", "▸   replicas: 1"]


def test_a_manifest_is_shown_without_what_is_beside_the_point() -> None:
    text_ = (
        "spec:\n  a:\n    b:\n      - 1\n  template:\n    labels: {x: y}\n"
        "  list:\n  - c: 1\n    b: 2\n"
    )
    assert excerpt(text_, ("b", "labels")) == ("spec:\n  list:\n  - c: 1\n# left out: b, labels")
    assert excerpt(text_, ()) == text_.rstrip("\n")


@pytest.mark.parametrize("name", scenarios.names())
def test_what_is_left_of_a_manifest_is_a_manifest(name: str) -> None:
    kept = yaml.safe_load_all(excerpt(_yaml(name), BESIDE_THE_POINT))
    whole = yaml.safe_load_all(_yaml(name))
    for part, all_ in zip(kept, whole, strict=True):
        assert _is_part(part, all_)


def _is_part(part: object, whole: object) -> bool:
    """Whether nothing is another than it was."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and _is_part(one, whole[key]) for key, one in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(map(_is_part, part, whole))
    return part == whole


def test_a_mark_without_its_line_is_told() -> None:
    assert unknown_marks(_yaml("scaling"), ["replicas: 1", "replicas: 3"]) == ["replicas: 3"]


# ── the box ──


def test_the_box_stands_in_its_node_and_leaves_out_what_every_pod_has() -> None:
    drawn = words(box(seen("emptydir-survives").page.pod, 60, PEN))
    assert drawn.startswith("Node podwatch-worker Pod diary container app busybox:1.36")
    assert "data: emptyDir" in drawn
    assert "kube-api-access" not in drawn


def test_a_pod_without_a_node_stands_in_none() -> None:
    assert "Node" not in words(box(pod(phase="Pending"), 60, PEN))


def test_a_name_that_is_hostile_does_not_act() -> None:
    evil = pod(status(running(), "A"), containers=[Container(name="app", image="x\x1b[2J")])
    assert "\x1b" not in text(box(evil, 60, PEN))


# ── the phases ──


def test_the_phases_that_were_met_differ_from_the_current_one_without_colour() -> None:
    drawn = words(phases({"Pending", "Running"}, {"Running"}, 80, PEN))
    for said in ("✔ Pending", "▸ Running", "○ Succeeded", "○ Failed"):
        assert said in drawn
    assert "Unknown, is defined" in drawn


def test_the_current_phase_has_a_frame_of_its_own() -> None:
    first = phases(set(), {"Pending"}, 80, PEN)[0].plain
    assert first.count("┏") == 1
    assert first.startswith("┏")


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_lights_up_in_the_picture_and_in_its_line(phase: str) -> None:
    assert f"▸ {phase}" in words(phases(set(PHASES), {phase}, 80, PEN))
    assert f"▸ {phase}" in PEN.text(phase_line(set(PHASES), {phase}, PEN)).plain
    assert f"▸ {phase}" in words(phases(set(PHASES), {phase}, 30, PEN))


# ── the layers ──


def test_the_layers_go_from_the_wish_down_to_the_image() -> None:
    shown = still(
        tuple(read(scenarios.scenario("scaling").recording)),
        Moment(concept="ready", count=2),
    )
    assert shown is not None
    drawn = text(layers(shown.pods, shown.owners, 100, PEN)).split("\n")
    assert drawn[0].strip() == "Deployment web  the wish: 3 Pods"
    assert drawn[1].strip().startswith("╰─ ReplicaSet web-")
    assert "wants 3" in drawn[1]
    assert sum("╰─ Pod web-" in line for line in drawn) == 3
    assert drawn[3].strip() == "╰─ container httpd  started from image busybox:1.36"


def test_a_bare_pod_has_nobody_above_it() -> None:
    drawn = words(layers(seen("single-container").pods, (), 100, PEN))
    assert drawn.startswith("Pod hello")
    assert "no controller owns it" in drawn


def test_without_a_pod_there_are_no_layers() -> None:
    assert layers((), (), 60, PEN) == []


# ── in words ──


def test_a_picture_in_words_says_all_that_is_drawn() -> None:
    told = in_words.box(seen("app-with-logger").page.pod, PEN)
    for part in ("Pod app-with-logger on node", "container app", "container logger", "port 8080"):
        assert part in told
    assert "network: " in told
    assert "volume: logs: emptyDir" in told
    assert "kube-api-access" not in told
    assert in_words.phases({"Pending", "Running"}, {"Running"}) == (
        "the phases of a Pod: now Running; met before: Pending; not met: Succeeded and Failed."
    )
    sidecar = in_words.box(seen("sidecar").page.pod, PEN)
    assert "sidecar log-shipper" in sidecar
    init = in_words.box(seen("init-containers").page.pod, PEN)
    assert "init container migrate" in init


def test_what_a_cluster_named_acts_on_no_terminal_in_words() -> None:
    evil = pod(name="a\x1b[2Jb", containers=(Container(name="c\u202ed", image="e\x07"),))
    assert in_words.box(evil, PEN).isprintable()
