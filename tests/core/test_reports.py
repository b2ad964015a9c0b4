"""What is said of Pods in the shape of public reports: the right answer of each is data beside it.

They stand for kinds: what is wrong here is wrong for many Pods that are not here.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from podwatch.core.diagnosis import diagnosed
from podwatch.core.finding import Diagnosis
from podwatch.core.kube import KINDS, KubeObject, Pod
from podwatch.core.stream import Observed, Scope
from podwatch.core.surroundings import Objects
from podwatch.errors import PodwatchError
from podwatch.sources.files import contents
from podwatch.sources.recording import Recorder
from tests.build import at, opened, synced
from tests.command import called

REPORTS = Path(__file__).with_name("reports")
ANSWERS = tomllib.loads((REPORTS / "answers.toml").read_text("utf-8"))
READ = [name for name, answer in ANSWERS.items() if "refused" not in answer]
JUDGED = [name for name, answer in ANSWERS.items() if "expect" in answer]


def objects_of(name: str) -> list[KubeObject]:
    return list(contents(str(next(REPORTS.glob(f"{name}.[yj]*")))).objects.values())


def pod_of(objects: Iterable[KubeObject]) -> Pod:
    return next(one for one in objects if isinstance(one, Pod))


def diagnosis_of(name: str) -> Diagnosis:
    objects = objects_of(name)
    one = pod_of(objects)
    return diagnosed(one, Objects(objects).around(one))


def texts(diagnosis: Diagnosis) -> str:
    parts = [(one.fact, one.sentence, one.who, one.cure, *one.tries) for one in diagnosis.findings]
    return " ".join(text for part in parts for text in part)


def test_each_file_has_an_answer() -> None:
    files = {file.stem for file in REPORTS.iterdir() if file.suffix in {".yaml", ".json"}}
    assert files == set(ANSWERS)


@pytest.mark.parametrize("name", [name for name in READ if "why" in ANSWERS[name]])
def test_how_it_comes_to_that_is_about_this_pod(name: str) -> None:
    answer, first = ANSWERS[name], diagnosis_of(name).first
    assert answer["why"] in first.why
    assert bool(first.note) is answer.get("note", True)


@pytest.mark.parametrize("name", READ)
def test_the_first_sentence_names_the_cause(name: str) -> None:
    answer, first = ANSWERS[name], diagnosis_of(name).first
    assert first.state == answer["state"]
    for words in answer["says"]:
        assert words.lower() in first.sentence.lower()


@pytest.mark.parametrize("name", READ)
def test_who_can_change_it_and_how_follows(name: str) -> None:
    answer, first = ANSWERS[name], diagnosis_of(name).first
    assert answer.get("who", "") in first.who
    assert answer.get("cure", "") in first.cure
    assert first.permanent is answer.get("permanent", False)
    assert bool(first.who) is ("who" in answer or first.role in {"wait", "cause"})


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("karpenter-label", "kubectl get nodes --show-labels"),
        ("daemon-set-prefilter", "ALLOCATABLE:.status.allocatable"),
        ("autoscaler-at-its-limit", "ALLOCATABLE:.status.allocatable"),
    ],
)
def test_the_command_shows_what_the_nodes_lack(name: str, command: str) -> None:
    assert any(command in one for one in diagnosis_of(name).first.tries)


def test_of_nodes_nothing_is_shown_where_a_port_is_taken() -> None:
    assert diagnosis_of("two-host-ports").first.tries == ("kubectl get pods -A -o wide",)


@pytest.mark.parametrize("name", READ)
def test_what_follows_is_said_and_what_is_false_is_not(name: str) -> None:
    answer, diagnosis = ANSWERS[name], diagnosis_of(name)
    assert set(answer.get("also", ())) <= {one.state for one in diagnosis.findings[1:]}
    for words in answer.get("never", ()):
        assert words.lower() not in texts(diagnosis).lower()


@pytest.mark.parametrize("name", [name for name in ANSWERS if name not in READ])
def test_what_is_no_object_of_the_api_is_refused(name: str) -> None:
    with pytest.raises(PodwatchError, match=ANSWERS[name]["refused"]):
        objects_of(name)


def record(file: Path, objects: Iterable[KubeObject]) -> None:
    """A recording in which these objects are there from the first list on."""
    scopes = {kind: Scope(kind, "") for kind in KINDS}
    with Recorder(file) as recorder:
        recorder.write(opened(*scopes.values()))
        for one in objects:
            kind = type(one).__name__.removeprefix("Pod") or "Pod"
            recorder.write(
                Observed(t=0, at=at(0), scope=scopes[kind], type="ADDED", object=one, initial=True)
            )
        for scope in scopes.values():
            recorder.write(synced(scope=scope))


@pytest.mark.parametrize("name", JUDGED)
def test_expect_is_right_at_the_right_time(name: str, tmp_path: Path) -> None:
    answer, objects = ANSWERS[name], objects_of(name)
    one, file = pod_of(objects), tmp_path / "recording.jsonl"
    record(file, objects)
    target = answer.get("expect_of", f"pod/{one.metadata.name}")
    done = called("expect", target, "-n", one.metadata.namespace, "--replay", str(file))
    assert done.returncode == answer["expect"], done.stdout + done.stderr
    said = "\n".join(done.stdout.split("\n\n")[:2]).lower()
    for words in answer["expect_says"]:
        assert words.lower() in said
    for words in answer.get("expect_never", ()):
        assert words.lower() not in done.stdout.lower()
