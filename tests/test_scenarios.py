"""The scenarios without a cluster: their files, and what podwatch says about the recordings."""

from datetime import UTC
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.jsonl import JsonLines
from podwatch.renderers.lines import Lines
from podwatch.scenarios import BrokenScenario, Scenario, minor, names, parsed, scenario
from podwatch.sources.recording import read
from tests import claims
from tests.command import run
from tests.transcript import transcript

TRANSCRIPTS = Path(__file__).parent / "transcripts"

Told = dict[str, list[claims.Line]]
"""What each recording tells, by the scenario's name."""

every_scenario = pytest.mark.parametrize("one", list(map(scenario, names())), ids=names())


def replayed(one: Scenario, renderer: Lines | JsonLines) -> None:
    """Let the renderer write what there is about the scenario's recording."""
    session = Session(catalog())
    for item in read(one.recording):
        renderer.show(session.feed(item))


@pytest.fixture(scope="module")
def told() -> Told:
    found = {}
    for name in names():
        out = BytesIO()
        replayed(scenario(name), JsonLines(out.write, out.flush))
        found[name] = claims.told(out.getvalue().decode().splitlines())
    return found


# ── the recordings ──


@every_scenario
def test_its_recording_shows_what_it_must(one: Scenario, told: Told) -> None:
    assert claims.missing(one, told[one.name]) == []


@every_scenario
def test_its_recording_shows_nothing_else(one: Scenario, told: Told) -> None:
    assert claims.unexpected(one, told[one.name]) == []


@every_scenario
def test_nothing_in_its_recording_is_unexplained(one: Scenario, told: Told) -> None:
    assert claims.unexplained(told[one.name]) == []


@every_scenario
def test_its_recording_shows_it_in_order(one: Scenario, told: Told) -> None:
    assert claims.out_of_order(one, told[one.name]) == []


@every_scenario
def test_its_transcript_is_what_happens_in_it(
    one: Scenario, request: pytest.FixtureRequest
) -> None:
    path = TRANSCRIPTS / f"{one.name}.txt"
    happened = transcript(one.recording)
    if request.config.getoption("update_transcripts"):
        TRANSCRIPTS.mkdir(exist_ok=True)
        path.write_text(happened, "utf-8")
    assert path.read_text("utf-8") == happened, (
        "if it is right: pytest tests/test_scenarios.py --update-transcripts, read the difference"
    )


def test_the_program_replays_it_so() -> None:
    done = run("replay", str(scenario("crash-loop").recording), "-o", "lines", TZ="UTC")
    out = StringIO()
    replayed(scenario("crash-loop"), Lines(out.write, out.flush, UTC))
    assert done.stdout == out.getvalue()


def test_every_transcript_is_of_a_scenario() -> None:
    assert {path.stem for path in TRANSCRIPTS.glob("*")} == set(names())


@every_scenario
def test_each_concept_that_it_is_said_to_show_is_in_its_recording(
    one: Scenario, told: Told
) -> None:
    shown = {line[key] for line in told[one.name] for key in ("concept", "asideConcept")}
    claimed = {id_ for id_, concept in catalog().by_id.items() if one.name in concept.shown_by}
    assert claimed - shown == set()


# ── the manifests ──


@every_scenario
def test_its_manifest_begins_with_a_sentence_about_it(one: Scenario) -> None:
    assert one.manifest_path.read_text("utf-8").startswith("# ")


@every_scenario
def test_its_manifest_leaves_the_namespace_to_who_applies_it(one: Scenario) -> None:
    for object_ in yaml.safe_load_all(one.manifest_path.read_text("utf-8")):
        assert "namespace" not in object_["metadata"]


@every_scenario
def test_its_manifest_needs_no_image_but_busybox(one: Scenario) -> None:
    images = {container["image"] for container in containers(one)}
    assert images <= {"busybox:1.36", *WRONG_ON_PURPOSE}


@every_scenario
def test_its_containers_say_what_they_need(one: Scenario) -> None:
    for container in containers(one):
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}, container["name"]


WRONG_ON_PURPOSE = {"busybox:1.36-typo", "BusyBox:1.36"}
"""Images that no registry has; everything else has to run on busybox alone."""


def containers(one: Scenario) -> list[dict[str, Any]]:
    """All containers of the manifest."""
    specs = []
    for object_ in yaml.safe_load_all(one.manifest_path.read_text("utf-8")):
        spec = object_.get("spec", {})
        specs.append(spec["template"]["spec"] if "template" in spec else spec)
    specs = [spec for spec in specs if "containers" in spec]
    return [one for spec in specs for one in (*spec.get("initContainers", ()), *spec["containers"])]


# ── scenario.toml ──


def test_the_overview_comes_first() -> None:
    assert names()[0] == "overview"


def test_its_former_name_goes_on_working_and_is_listed_nowhere() -> None:
    assert scenario("tour") == scenario("overview")
    assert "tour" not in names()


@every_scenario
def test_it_names_concepts_that_exist(one: Scenario) -> None:
    assert {*one.must, *one.may} <= set(catalog().by_id)


@every_scenario
def test_it_tells_of_another_lesson_what_comes_next(one: Scenario) -> None:
    assert one.next in set(names()) - {one.name}


@every_scenario
def test_what_is_told_before_and_after_it_are_short_sentences(one: Scenario) -> None:
    for text in (one.watch_for, one.point, *(step.aim for step in one.steps if step.is_deed)):
        assert len(text) <= 130, text
        assert text.endswith((".", "?")), text


def test_an_unknown_name_gets_a_close_one() -> None:
    with pytest.raises(PodwatchError) as caught:
        scenario("crashloop")
    assert caught.value.exit_code == ExitCode.USAGE
    assert caught.value.hint == 'did you mean "crash-loop"?'


def test_a_name_like_no_other_gets_the_way_to_all_names() -> None:
    with pytest.raises(PodwatchError) as caught:
        scenario("xyzzy")
    assert "podwatch demo --list" in caught.value.hint


GOOD = """
title = "A title"
summary = "A summary."
place = 1
watch_for = "Its start."
point = "It starts."
next = "overview"
must = ["created", "ready"]
"""
STEP = '[[steps]]\nafter = "ready"\n'


def test_title_summary_place_and_must_are_enough() -> None:
    assert parsed("x", GOOD).must == ("created", "ready")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        pytest.param("title = ", "x/scenario.toml is not TOML", id="not TOML"),
        pytest.param('title = "A"', "missing required field", id="something left out"),
        pytest.param(GOOD + "musts = []", "unknown field `musts`", id="an unknown key"),
        pytest.param(GOOD + 'order = ["ready"]', "Expected `array`", id="a chain that is none"),
        pytest.param(GOOD.replace('"created", "ready"', ""), "`must` has to", id="nothing shown"),
        pytest.param(GOOD + '[may]\nready = "why"', "both be in `must` and", id="must and may"),
        pytest.param(GOOD + '[may]\nfailed = ""', "needs a reason", id="may without a reason"),
        pytest.param(GOOD + 'order = [["ready", "x"]]', "`order` names", id="a stray in a chain"),
        pytest.param(GOOD + "[until]\nfailed = 1", "`until` counts", id="until a stray"),
        pytest.param(GOOD + "[until]\nready = 0", "begin with 1", id="a count of none"),
        pytest.param(GOOD + STEP + 'program = "rm"', "Invalid enum value", id="another program"),
        pytest.param(GOOD + STEP + 'program = "docker"', "set `alone`", id="a node of all"),
        pytest.param(GOOD + STEP + 'undo = ["x"]', "nothing to `undo`", id="undo nothing"),
        pytest.param(GOOD + STEP + 'run = ["x"]', "needs an `aim`", id="no aim"),
        pytest.param(GOOD + 'needs = "new"', "matching regex", id="a version that is none"),
        pytest.param(GOOD + 'tier = "slow"', "Invalid enum value", id="an unknown tier"),
        pytest.param(GOOD + '[[steps]]\nafter = "failed"', "a step waits", id="after a stray"),
    ],
)
def test_a_mistake_in_a_scenario_is_told(toml: str, said: str) -> None:
    with pytest.raises(BrokenScenario, match=r"^x/scenario\.toml") as caught:
        parsed("x", toml)
    assert said in str(caught.value)


@pytest.mark.parametrize(("version", "is_"), [("v1.37.2", 37), ("1.34", 34), ("v2", 0)])
def test_what_a_scenario_needs_is_compared_as_a_number(version: str, is_: int) -> None:
    assert minor(version) == is_


# ── claims ──


def test_claims_see_a_wrong_order_but_not_that_of_events() -> None:
    one = parsed("x", GOOD + 'order = [["created", "ready"]]')

    def line(kind: str, concept: str) -> claims.Line:
        return {"kind": kind, "concept": concept, "uid": "1", "name": "web"}

    wrong = [line("transition", "ready"), line("transition", "created")]
    assert claims.out_of_order(one, wrong) == ['Pod web: "ready" came before "created"']
    assert claims.out_of_order(one, wrong[::-1]) == []
    assert claims.out_of_order(one, [line("notice", "ready"), line("transition", "created")]) == []
