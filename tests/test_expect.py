"""`podwatch expect` as a CI job meets it: offline, in a pipe, with files and with mistakes."""

import json
import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from podwatch.scenarios import scenario
from tests import runner
from tests.cases import cases
from tests.command import called

EMPTY_CHART = str(Path(__file__).parent / "manifests" / "without-pods.yaml")


def podwatch(*arguments: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return called("expect", *arguments, given=given, **env)


def recorded(name: str, *arguments: str, **rest: str) -> subprocess.CompletedProcess[str]:
    return podwatch("--replay", str(scenario(name).recording), *arguments, **rest)


def test_a_met_expectation_is_one_line_and_exit_code_0() -> None:
    done = recorded("overview", "deployment/web")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["✔ deployment/web: ready   after 7.9 s", "exit 0 (met)"]


def test_a_failure_says_cause_concept_what_to_try_and_how_it_came() -> None:
    done = recorded("missing-image", "pod/typo")
    assert done.returncode == 1
    said = done.stdout
    assert said.startswith('✖ gave up on pod/typo after 15 s: image "busybox:1.36-typo"')
    for part in (
        "(image-pull-back-off)",
        "try   podwatch explain pod/typo",
        "read  kubernetes.io/",
        "PodScheduled: the scheduler chose",
        "Warning Events:",
        "waterfall:",
        "podwatch replay ",
    ):
        assert part in said
    assert said.endswith("exit 1 (not met, gave up)\n")


def test_what_may_heal_is_given_up_and_not_called_certain() -> None:
    recording = str(scenario("missing-config-volume").recording)
    done = podwatch("--replay", recording, "pod/configured", "-o", "json")
    made = json.loads(done.stdout)
    assert (done.returncode, made["certain"]) == (1, False)
    assert made["sentence"].startswith("gave up on pod/configured after 30 s: a volume")
    text = podwatch("--replay", recording, "pod/configured").stdout
    assert text.endswith("exit 1 (not met, gave up)\n")


def test_a_time_out_says_what_is_waited_for_and_that_the_recording_had_ended() -> None:
    done = recorded("deployment", "deployment/web", "--timeout", "30s")
    assert done.returncode == 4
    assert "deployment/web is still waiting for:\n    ready Pods: 1 of 2" in done.stdout
    assert "the recording ends at +8.0 s" in done.stdout


def test_a_target_that_never_came_has_its_own_message() -> None:
    done = recorded("overview", "pod/nobody")
    assert done.returncode == 4
    assert done.stdout.startswith("✖ pod/nobody never came into being")


def test_targets_are_read_from_what_kubectl_applied() -> None:
    given = "service/web\ndeployment.apps/web\njob.batch/report\n"
    done = recorded("overview", "-", given=given)
    assert done.returncode == 0
    assert "deployment/web: ready; job/report: succeeded" in done.stdout


APPLIED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: tour}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: tour}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
"""


@pytest.mark.parametrize("form", ["-f -", "-f FILE", "-f DIR"])
def test_a_manifest_is_judged_and_what_is_not_judged_is_named_though_all_is_well(
    tmp_path: Path, form: str
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(APPLIED)
    named = {"-f -": "-", "-f FILE": str(file), "-f DIR": str(tmp_path)}[form]
    done = recorded("overview", "-f", named, given=APPLIED if named == "-" else "")
    assert done.stdout.splitlines() == [
        "✔ deployment/web: ready   after 7.9 s",
        "  not judged: service/web: it has no Pods",
        "  not judged: cronjob.batch/report: it makes Jobs only when they are due",
        "  not judged: job.batch/migrate: Helm runs this hook itself, waits for it and",
        "    may delete it",
        "exit 0 (met)",
    ]


def test_a_chart_is_judged_in_its_namespaces_as_it_was_recorded() -> None:
    recordings = Path(__file__).parent / "core" / "expectations" / "recordings"
    recording = str(recordings / "several-namespaces.jsonl")
    chart = str(Path(__file__).parent / "manifests" / "helm-template.yaml")
    done = podwatch("--replay", recording, "-f", chart, "--stable", "0s")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "✔ applied/persistentvolumeclaim/demo-shop-uploads: ready (waits for its first Pod: "
        "WaitForFirstConsumer); applied-data/statefulset/demo-redis-master: ready; "
        "applied/deployment/demo-shop: ready; applied/job/demo-shop-seed: succeeded   after 19"
    )
    assert "not judged: pod/demo-shop-test-connection, job.batch/demo-shop-migrate" in done.stdout
    early = podwatch("--replay", recording, "-f", chart, "--timeout", "10s")
    assert early.returncode == 4
    assert "applied/deployment/demo-shop is still waiting for:" in early.stdout
    assert "Pod applied/demo-shop-" in early.stdout


def test_what_is_not_judged_is_in_every_format(tmp_path: Path) -> None:
    file, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    given = "deployment.apps/web\nrollout.argoproj.io/checkout\n"
    why = "podwatch does not follow this kind"
    done = recorded("overview", "-", "--junit", str(file), "-o", "json", given=given)
    not_judged = {"name": "rollout.argoproj.io/checkout", "why": why, "namespace": ""}
    assert json.loads(done.stdout)["notJudged"] == [not_judged]
    root = ET.parse(file).getroot()
    assert [case.get("classname") for case in root.iter("testcase")][1:] == [not_judged["name"]]
    assert [one.get("message") for one in root.iter("skipped")] == [f"not judged: {why}"]
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    done = recorded("overview", "-", given=given, **actions)
    assert "not judged: rollout.argoproj.io/checkout" in done.stdout
    assert "checkout" in summary.read_text("utf-8")


def test_of_many_that_are_not_judged_the_report_names_some(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    lines = ["deployment.apps/web", *(f"service/s{number}" for number in range(60))]
    done = recorded("overview", "-", "--junit", str(file), given="\n".join(lines))
    assert "service/s49 and 10 more: it has no Pods" in " ".join(done.stdout.split())
    assert len(list(ET.parse(file).iter("skipped"))) == 60


def test_what_is_not_judged_is_named_beside_a_failure() -> None:
    done = recorded("overview", "-f", "-", "pod/typo", given=APPLIED)
    assert done.returncode == 1
    assert "not judged: service/web" in done.stdout


def test_json_is_the_verdict_in_one_line() -> None:
    done = recorded("missing-image", "pod/typo", "-o", "json")
    made = json.loads(done.stdout)
    assert done.returncode == made["exitCode"] == 1
    assert (made["kind"], made["outcome"], made["rule"]) == (
        "verdict",
        "violated",
        "image-not-found",
    )
    assert made["pods"][0]["timeline"]


def test_junit_has_a_case_for_each_target_and_word(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    recorded("overview", "deployment/web", "pod/typo", "--never", "evicted=x", "--junit", str(file))
    recorded(
        "overview", "deployment/web", "pod/typo", "--never", "oom-killed", "--junit", str(file)
    )
    cases = {
        (case.get("classname"), case.get("name")): [part.tag for part in case]
        for case in ET.parse(file).iter("testcase")
    }
    assert cases == {
        ("tour.deployment/web", "ready"): [],
        ("tour.deployment/web", "never oom-killed"): ["skipped"],
        ("tour.pod/typo", "ready"): ["failure"],
        ("tour.pod/typo", "never oom-killed"): ["skipped"],
    }


def test_with_any_a_word_that_is_not_needed_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    words = ("--for", "succeeded", "--for", "failed", "--any", "--junit", str(file))
    assert recorded("job-fails", "job/import", *words).returncode == 0
    root = ET.parse(file).getroot()
    assert (root.get("failures"), root[0].get("skipped")) == ("0", "1")
    assert [[part.tag for part in case] for case in root.iter("testcase")] == [["skipped"], []]


def test_without_a_verdict_the_evidence_says_why(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text("from the run before")
    done = podwatch("pod/x", "--junit", str(file), GITHUB_ACTIONS="true")
    assert done.returncode == 5
    root = ET.parse(file).getroot()
    assert root.get("errors") == "1"
    (message,) = [error.get("message") or "" for error in root.iter("error")]
    assert message.startswith("there is no kubeconfig at ")
    assert done.stdout.startswith(f"::error title=podwatch%3A no verdict::{message}")


def test_a_file_is_not_written_over_another(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    before = scenario("overview").recording.read_bytes()
    file.write_bytes(before)
    done = podwatch("--replay", str(file), "deployment/web", "--junit", str(file))
    assert (done.returncode, file.read_bytes()) == (2, before)
    assert "different files" in done.stderr


def test_a_step_summary_that_can_not_be_written_is_said_before_the_wait(tmp_path: Path) -> None:
    summary = tmp_path / "missing" / "summary.md"
    done = recorded(
        "overview", "deployment/web", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
    )
    assert done.returncode == 6
    assert done.stdout.startswith("::error title=podwatch%3A no verdict::the step summary")
    assert "the step summary" in done.stderr


def test_in_github_actions_there_are_annotations_a_group_and_a_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    done = recorded(
        "missing-image", "pod/typo", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("::error title=podwatch%3A not met%2C gave up::gave up on pod/typo")
    assert "::group::podwatch: what happened" in lines
    assert "::endgroup::" in lines
    assert [line for line in lines if line.startswith("::")].__len__() == 3
    assert "| `pod/typo` | `ready` | violated | 15.9 s |" in summary.read_text("utf-8")


@cases(
    "target code verdict sentence",
    {
        "met": ("deployment/web", 0, "met", "deployment/web: ready"),
        "not met": ("pod/nosuch", 4, "timed out", "pod/nosuch never came into being"),
        "no verdict": ("deployment/w*b", 2, "error", '"w*b" is not a valid name for a Deployment'),
    },
)
def test_in_github_actions_later_steps_can_read_the_verdict(
    tmp_path: Path, target: str, code: int, verdict: str, sentence: str
) -> None:
    file = tmp_path / "outputs"
    done = recorded("overview", target, GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(file))
    assert done.returncode == code
    expected = {"verdict": verdict, "exit-code": str(code), "sentence": sentence}
    assert runner.outputs(file.read_text("utf-8")) == expected


def test_in_github_actions_json_stays_one_line_and_the_annotation_is_on_stderr() -> None:
    done = recorded("overview", "deployment/web", "-o", "json", GITHUB_ACTIONS="true")
    assert json.loads(done.stdout)["outcome"] == "met"
    assert done.stderr.startswith("::notice title=podwatch%3A met::deployment/web: ready")


@cases(
    "arguments code said",
    {
        "an unknown word": (["pod/x", "--for", "redy"], 2, "ready"),
        "a kind without Pods": (["svc/x"], 2, "not a kind that it follows"),
        "no target": ([], 2, "nothing to judge"),
        "nothing on stdin": (["-"], 2, "standard input names no objects"),
        "a contradiction": (["pod/x", "--for", "ready", "--never", "ready"], 2, "--never"),
        "undecodable": (["pod/x", "--for", "status=\udcff"], 2, "not a valid word"),
        "a budget without time": (["pod/x", "--within", "ready"], 2, "ready=60s"),
        "an unknown stage": (["pod/x", "--within", "redy=3s"], 2, '"ready"'),
        "no duration": (["pod/x", "--timeout", "soon"], 2, "not a duration"),
        "no such folder": (["pod/x", "--junit", "/dev/null/j.xml"], 6, "can't be written"),
        "no cluster": (["pod/x"], 5, "no kubeconfig"),
        "no file": (["pod/x", "--replay", "/nonexistent"], 6, "can't be read"),
        "nothing that can be judged": (["-f", EMPTY_CHART], 2, "service/a (it has no Pods)"),
        "no objects": (["-f", os.devnull], 2, "names no objects"),
        "no manifest": (["-f", __file__], 6, "can't be read"),
        "standard input twice": (["-", "-f", "-"], 2, "only once"),
        "a file as a target": (["-f", "a.yaml", "b.yaml"], 2, "-f b.yaml"),
        "a recording on stdout": (["pod/x", "--record", "-"], 2, "name a file"),
        "nothing to redact": (["pod/x", "--redact-messages"], 2, "--record"),
    },
)
def test_bad_input_is_told(arguments: list[str], code: int, said: str) -> None:
    done = podwatch(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_recording_without_the_owners_can_not_tell_about_them(tmp_path: Path) -> None:
    lines = scenario("missing-image").recording.read_text("utf-8").splitlines()
    opened = json.loads(lines[0])
    opened["scopes"] = [one for one in opened["scopes"] if one["kind"] in {"Pod", "Event"}]
    cut = tmp_path / "cut.jsonl"
    cut.write_text("\n".join([json.dumps(opened), *lines[1:]]) + "\n")
    done = podwatch("--replay", str(cut), "deployment/web")
    assert done.returncode == 2
    assert "does not follow its Deployments, ReplicaSets" in done.stderr


def test_the_verdict_alone_is_on_standard_output() -> None:
    assert recorded("overview", "deployment/web").stderr == ""


def test_the_report_says_of_each_pod_what_is_the_matter_and_what_helps() -> None:
    recording = str(scenario("unschedulable").recording)
    done = called("expect", "pod/simulation", "--replay", recording)
    assert "No node can take it: the Pod asks for 100 CPU" in done.stdout
    assert "To fix it: " in done.stdout
    as_json = called("expect", "pod/simulation", "--replay", recording, "-o", "json")
    (pod,) = json.loads(as_json.stdout.splitlines()[-1])["pods"]
    assert pod["diagnosis"]["state"] == "no-node-fits"


def test_quiet_says_only_the_verdict() -> None:
    recording = str(scenario("crash-loop").recording)
    loud = called("expect", "pod/api", "--replay", recording)
    quiet = called("expect", "pod/api", "--replay", recording, "-q")
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout
    wrong = called("expect", "pod/api", "-q", "--for", "redy")
    assert "did you mean" in wrong.stderr


def test_what_was_seen_is_told_on_a_pass(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    words = ("--for", "crash-loop-back-off", "--junit", str(file))
    done = recorded("crash-loop", "pod/api", *words)
    assert done.returncode == 0
    told = "seen: container app of Pod api ended with exit code"
    assert told in done.stdout
    assert told in (ET.parse(file).getroot().findtext(".//system-out") or "")
    made = json.loads(recorded("crash-loop", "pod/api", *words, "-o", "json").stdout)
    assert made["seen"][0]["restarts"] >= 1
    assert made["seen"][0]["ends"][0]["exitCode"] != 0
