"""What a person did while a lesson was recorded, among the items of its recording."""

from collections.abc import Sequence

import pytest

from podwatch.app.deeds import played_items, with_deeds
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import Deed, KeptItem, Ref
from podwatch.core.timeline import ExplainedTransition
from podwatch.scenarios import names, scenario, scenario_of
from podwatch.sources.recording import read

with_steps = [name for name in names() if any(step.is_deed for step in scenario(name).steps)]
every_lesson_with_deeds = pytest.mark.parametrize("name", with_steps)

EFFECTS = {
    "delete": {"deletion-requested", "deleted", "deletion-shortened"},
    "scale": {"created", "deletion-requested"},
    "set": {"created", "deletion-requested"},
    "apply": {"created"},
    "run": {"created"},
    "label": {"no-longer-matches", "now-matches"},
    "debug": {"debug-container"},
    "taint": {"taint-eviction", "disruption-target", "deletion-requested"},
    "drain": {"disruption-target", "deletion-requested"},
    "pause": {"not-ready"},
    "unpause": {"ready"},
    "restart": {"container-lost", "sandbox-changed", "not-ready", "restarted"},
    "cp": {"created"},
    "create": {"container-started"},
}
"""What a command leads to, by the concepts of transitions."""
AT_ONCE = {"delete", "scale", "set", "apply", "run", "label", "debug", "taint", "drain"}
"""The commands whose first effect is told within moments: all that kubectl asks the API for."""


def told_of(items: Sequence[KeptItem]) -> list[Deed | ExplainedTransition]:
    session = Session(catalog())
    return [
        entry
        for item in items
        for entry in session.feed(item).entries
        if isinstance(entry, Deed | ExplainedTransition)
    ]


def verb(deed: Deed) -> str:
    return deed.command.split()[1]


def is_effect(deed: Deed, one: Deed | ExplainedTransition) -> bool:
    if isinstance(one, Deed) or one.explanation.concept is None:
        return False
    of_it = deed.ref.name in one.ref.name or deed.ref.kind != "Pod" or verb(deed) == "create"
    return of_it and one.explanation.concept.id in EFFECTS.get(verb(deed), set())


@every_lesson_with_deeds
def test_each_step_that_does_something_is_a_deed(name: str) -> None:
    deeds = [one for one in played_items(scenario(name).recording) if isinstance(one, Deed)]
    steps = [step for step in scenario(name).steps if step.is_deed]
    assert [deed.aim for deed in deeds] == [step.aim for step in steps]
    assert all("{worker}" not in deed.command and "{pod}" not in deed.command for deed in deeds)


@every_lesson_with_deeds
def test_each_deed_stands_before_its_first_effect(name: str) -> None:
    told = told_of(tuple(played_items(scenario(name).recording)))
    for at, deed in enumerate(told):
        if not isinstance(deed, Deed) or verb(deed) not in EFFECTS:
            continue
        after = [one for one in told[at:] if is_effect(deed, one)]
        assert after, deed.command
        if verb(deed) in AT_ONCE:
            assert after[0].t - deed.t < 0.6, deed.command
        begun = max((n for n in range(at) if isinstance(told[n], Deed)), default=-1)
        awaited = next(s for s in scenario(name).steps if s.aim == deed.aim).after
        met = max(n for n in range(at) if concept(told[n]) == awaited)
        too_early = [one for one in told[max(met, begun) + 1 : at] if is_effect(deed, one)]
        assert too_early == [], deed.command


def concept(one: Deed | ExplainedTransition) -> str:
    known = None if isinstance(one, Deed) else one.explanation.concept
    return known.id if known is not None else ""


@every_lesson_with_deeds
def test_no_item_of_the_recording_is_changed(name: str) -> None:
    path = scenario(name).recording
    played = [*played_items(path)]
    assert [one for one in played if not isinstance(one, Deed)] == [*read(path)]
    assert [one.t for one in played] == sorted(one.t for one in played)


def test_a_recording_that_is_cut_off_has_the_deeds_before_its_end() -> None:
    lesson = scenario("scaling")
    first = next(one for one in played_items(lesson.recording) if isinstance(one, Deed))
    kept = [one for one in read(lesson.recording) if one.t < first.t + 1.0]
    assert [one for one in with_deeds(kept, lesson) if isinstance(one, Deed)] == [first]


def test_a_node_is_taken_back_right_before_it_is_heard_of_again() -> None:
    lesson = scenario("node-lost-five-minutes")
    back = [one for one in played_items(lesson.recording) if isinstance(one, Deed)][-1]
    assert back.command == "docker unpause podwatch-worker"
    lost = next(
        one for one in told_of(tuple(read(lesson.recording))) if concept(one) == "node-lost"
    )
    assert back.t - lost.t > 10, "its Pods hang in Terminating meanwhile"


def test_what_is_applied_whole_is_done_right_before_something_is_new() -> None:
    played = list(played_items(scenario("pod-with-storage").recording))
    at = next(
        n for n, one in enumerate(played) if getattr(one, "command", "")[:13] == "kubectl apply"
    )
    assert getattr(played[at + 1], "type", "") == "ADDED"


def test_a_command_is_typed_as_people_do() -> None:
    played = played_items(scenario("finalizer").recording)
    assert [one.command for one in played if isinstance(one, Deed)] == [
        "kubectl delete pod held",
        """kubectl patch pod held --type=merge --patch='{"metadata":{"finalizers":null}}'""",
    ]


def test_only_a_lessons_own_recording_is_known_as_one() -> None:
    own = scenario("scaling").recording
    assert (found := scenario_of(own)) is not None
    assert found.name == "scaling"
    assert scenario_of(own.parent / "manifest.yaml") is None
    assert scenario_of(own.parents[1] / "recording.jsonl") is None


def test_what_follows_from_a_deed_was_done_by_you_because_of_it() -> None:
    session = Session(catalog())
    told = [
        one.beat
        for item in played_items(scenario("graceful-end").recording)
        for one in session.feed(item).beats
    ]
    deletion = next(one for one in told if one.kind == "deletion")
    assert deletion.because is not None
    assert deletion.because.fact == "you: kubectl delete pod polite"
    assert deletion.who == "you"


def test_of_a_long_command_the_beginning_is_the_fact_and_the_whole_stands_below() -> None:
    session = Session(catalog())
    told = [
        one.beat
        for item in played_items(scenario("resize").recording)
        for one in session.feed(item).beats
        if one.beat.kind == "deed"
    ]
    assert told[0].fact == "you: kubectl patch pod elastic --subresource=resize …"
    assert """--patch='{"spec":{"containers":[{"name":"app",""" in told[0].sentence


def test_a_deed_to_a_node_is_told_without_a_namespace() -> None:
    played = played_items(scenario("drain").recording)
    deed = next(one for one in played if isinstance(one, Deed))
    assert deed.ref.path == "Node/podwatch-worker"
    assert Ref("shop", "web", "u1").path == "shop/web"
