"""`podwatch explain`: terms, and Pods from a cluster, a file and a recording."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from podwatch.cli.completion import ASKED_MOST
from podwatch.scenarios import scenario
from podwatch.sources.recording import Recorder
from tests import build
from tests.cases import cases
from tests.command import ENVIRONMENT, PODWATCH, called, completed, run_program
from tests.fake_api import FakeApi, Reply, kubeconfig, listing, pod

CRASH_LOOP = str(scenario("crash-loop").recording)
CRASHED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "api", "namespace": "shop", "uid": "u1"},
    "spec": {"nodeName": "worker", "containers": [{"name": "app", "image": "busybox:1.36"}]},
    "status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
        "containerStatuses": [
            {
                "name": "app",
                "restartCount": 3,
                "state": {"terminated": {"exitCode": 127, "reason": "Error"}},
            }
        ],
    },
}


def written(folder: Path, *values: object) -> str:
    path = folder / "pods.json"
    path.write_text("\n".join(map(json.dumps, values)), "utf-8")
    return str(path)


# ── terms ──


def test_a_term_is_explained_without_a_cluster() -> None:
    said = " ".join(called("explain", "Init:CrashLoopBackOff").stdout.split())
    assert "An init container or a sidecar is in trouble" in said
    assert "STATUS is no field of the Pod" in said
    assert "(crash-loop-back-off)" in said


def test_several_words_need_no_quotation_marks() -> None:
    assert "(crash-loop-back-off)" in called("explain", "crash", "loop").stdout
    assert "137 (an exit code)" in called("explain", "exit", "code", "137").stdout
    assert "(unschedulable)" in called("explain", *["why", "is", "my", "pod", "pending"]).stdout


def test_a_typing_error_gets_what_was_meant() -> None:
    done = called("explain", "OOMkiled")
    assert done.returncode == 0
    assert "did you mean OOMKilled" in done.stderr
    assert "(oom-killed)" in done.stdout


def test_what_nobody_knows_is_refused() -> None:
    done = called("explain", "xyzzy")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'does not know the term "xyzzy"' in done.stderr
    assert "podwatch explain pod/xyzzy" in done.stderr


def test_a_word_of_the_subject_has_a_page_and_a_lesson() -> None:
    said = called("explain", "sidecars").stdout
    assert said.startswith("Sidecar (sidecar)\n\nA sidecar runs beside the app")
    assert "podwatch explain sidecar-started" in said
    assert "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/" in said


def test_a_lesson_and_a_word_say_what_to_type_next() -> None:
    asked = ["why", "does", "my", "pod", "keep", "restarting"]
    assert "  kubectl logs POD -n NAMESPACE -c CONTAINER --previous" in called(
        "explain", *asked
    ).stdout.split("\n")
    said = called("explain", "env var from configmap not updated").stdout
    assert "  kubectl rollout restart deployment/NAME -n NAMESPACE" in said.split("\n")
    said = called("explain", "pod stuck terminating for an hour").stdout
    assert "{.metadata.finalizers}" in said


def test_what_usually_comes_next_is_named_in_words() -> None:
    said = called("explain", "crash-loop-back-off").stdout
    assert "Usually next: Container restarted" in said


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("0/3 nodes are available: 3 Insufficient cpu", "Fix: Ask for less CPU"),
        ("0/3 nodes are available: 3 Insufficient memory.", "Fix: Ask for less memory"),
    ],
)
def test_a_refusal_of_the_scheduler_comes_with_what_helps(text: str, fix: str) -> None:
    said = called("explain", text).stdout
    assert fix in said
    assert ".status.allocatable.memory" in said


def test_a_negative_exit_code_is_no_option() -> None:
    assert "STATUS_CONTROL_C_EXIT" in called("explain", "-1073741510").stdout
    assert "STATUS_ACCESS_VIOLATION" in called("explain", "exit", "code", "-1073741819").stdout


def test_an_option_that_there_is_not_is_refused() -> None:
    done = called("explain", "ready", "--recordng", "x")
    assert (done.returncode, "no option --recordng" in done.stderr) == (2, True)


def test_a_pasted_line_of_Events_is_explained_with_its_names() -> None:
    line = (
        "  Warning  BackOff  3m (x7 over 5m)  kubelet  Back-off restarting failed container app "
        "in pod web-x9k2p_shop(6e1c1f0a)"
    )
    for arguments in ([line], line.split()):
        said = called("explain", *arguments).stdout
        assert "container app" in said
        assert "podwatch explain pod/web-x9k2p -n shop" in said
        assert "(crash-loop-back-off)" in said


def test_a_pasted_message_is_said_in_plain_words() -> None:
    said = called("explain", 'Error: secret "db" not found').stdout
    assert "Secret db does not exist" in said
    assert "(config-error)" in said


@cases(
    "text words",
    {
        "describe": (
            "Name: web\nNamespace: shop\nPriority: 0\nNode: w/1\nStatus: Running\nIP: 10.0.0.1\n",
            "kubectl get pod web -n shop -o yaml | podwatch explain -f -",
        ),
        "an object": (
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers: []\n",
            "kubectl get pod NAME -o yaml | podwatch explain -f -",
        ),
    },
)
def test_what_belongs_into_a_file_is_said_to(text: str, words: str) -> None:
    for arguments in ([text], text.split()):
        done = called("explain", *arguments)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def test_the_Events_in_what_describe_prints_are_explained_all_the_same() -> None:
    done = called(
        "explain",
        "Name: web\nNamespace: shop\nNode: w/1\nStatus: Running\nEvents:\n"
        "  Warning  BackOff  3m  kubelet  Back-off restarting failed container app in pod w_s(1)\n",
    )
    assert "podwatch explain pod/web -n shop" in done.stderr
    assert "(crash-loop-back-off)" in done.stdout


def test_nothing_of_a_text_acts_on_the_terminal() -> None:
    done = called("explain", 'Error: secret "\x1b[2Jx" not found')
    assert "\x1b" not in done.stdout + done.stderr


def test_without_a_term_all_lessons_are_named() -> None:
    lines = called("explain").stdout.splitlines()
    assert any(line.startswith("ready ") for line in lines)
    assert len({line.index("  ") for line in lines if "  " in line}) > 1
    assert len(lines) > 50


# ── a Pod ──


def test_a_pod_of_a_recording_is_drawn_and_explained() -> None:
    said = called("explain", "pod/api", "--recording", CRASH_LOOP).stdout
    for words in (
        "─ Pod api ─",
        "a bare Pod: no controller owns it",
        "STATUS Error",
        "phase Running",
        "STATUS says Error: that is the reason with which container app ended",
        "The phase is Running",
        "its 3rd run ended with exit code 1",
        "kubectl logs api -n crash-loop -c app",
    ):
        assert words in said
    assert "\x1b" not in said


@cases("named", {"a Pod": "pod/web", "the Pods of a workload": "rs/web-5d9c"})
def test_a_recording_is_read_at_its_end_by_the_clock_of_its_cluster(
    named: str, tmp_path: Path
) -> None:
    an_hour_ahead = 3600.0
    loops = build.status(
        build.waiting("CrashLoopBackOff", "back-off 40s restarting failed container=app"),
        restarts=3,
        last=build.ended("A", began=an_hour_ahead - 15, finished=an_hour_ahead - 10),
    )
    of = build.owned_by("ReplicaSet", "web-5d9c")
    one = build.pod(loops, phase="Running", node="worker", owner=of)
    with Recorder(tmp_path / "recording") as recorder:
        for item in (build.opened(), build.synced(clock_skew=an_hour_ahead), build.added(one, 1)):
            recorder.write(item)
    said = called("explain", named, "--recording", str(tmp_path / "recording")).stdout
    assert "next start in 29 s or later" in said


def test_json_has_one_object_a_line_and_pod(tmp_path: Path) -> None:
    other = {**CRASHED, "metadata": {"name": "web", "namespace": "shop", "uid": "u2"}}
    done = called("explain", "-f", written(tmp_path, CRASHED, other), "-o", "json")
    first, second = map(json.loads, done.stdout.splitlines())
    assert second["name"] == "web"
    assert {key: first[key] for key in ("kind", "namespace", "name", "uid", "phase", "ready")} == {
        "kind": "explained",
        "namespace": "shop",
        "name": "api",
        "uid": "u1",
        "phase": "Running",
        "ready": "0/1",
    }
    assert (first["status"], first["restarts"]) == ("Error", 3)
    assert first["concepts"] == ["crash-loop-back-off", "not-ready"]
    assert any("exit code 127" in sentence for sentence in first["sentences"])
    assert any(sentence.startswith("STATUS says Error") for sentence in first["sentences"])


def test_standard_input_is_read() -> None:
    done = run_program(PODWATCH, "explain", "-f", "-", given=json.dumps(CRASHED))
    assert "─ Pod api ─" in done.stdout


def test_other_kinds_are_said_and_skipped(tmp_path: Path) -> None:
    service = {"kind": "Service", "metadata": {"name": "web"}}
    done = called("explain", "-f", written(tmp_path, service, CRASHED, service))
    assert done.returncode == 0
    assert done.stderr == "skipped: 2 Service; podwatch explains Pods\n"
    assert called("explain", "-f", written(tmp_path, service)).returncode == 1
    settings = {"kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"a": "b"}}
    done = called("explain", "-f", written(tmp_path, settings, CRASHED))
    assert done.stderr == "skipped: 1 ConfigMap; podwatch explains Pods\n"


def test_a_manifest_of_a_deployment_is_said_to_be_none_of_a_pod(tmp_path: Path) -> None:
    deployment = {
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"spec": {}}},
    }
    done = called("explain", "-f", written(tmp_path, deployment))
    assert done.returncode == 1
    assert 'the Deployment "web": podwatch explains Pods of a cluster' in done.stderr
    assert "kubectl get pods -n shop -l app=web -o yaml" in done.stderr


def test_what_was_left_out_or_mended_is_said(tmp_path: Path) -> None:
    odd = {**CRASHED, "metadata": {**CRASHED["metadata"], "creationTimestamp": "yesterday"}}
    path = Path(written(tmp_path, odd))
    path.write_text(f"$ kubectl get pod api\n{path.read_text()}")
    done = called("explain", "-f", str(path))
    assert done.returncode == 0
    assert 'metadata.creationTimestamp is no time ("yesterday")' in done.stdout
    assert done.stderr == 'skipped 1 line that belongs to no object, like "$ kubectl get pod api"\n'


def test_an_object_of_the_python_client_is_refused(tmp_path: Path) -> None:
    snake = {"api_version": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    done = called("explain", "-f", written(tmp_path, snake))
    assert (done.returncode, done.stdout) == (6, "")
    assert "sanitize_for_serialization" in done.stderr


def test_events_of_the_same_file_are_used_also_where_the_uids_were_cut_out(tmp_path: Path) -> None:
    about = {"kind": "Pod", "name": "api", "namespace": "shop"}
    message = 'Error: configmap "settings" not found'
    failed = {"kind": "Event", "involvedObject": about, "type": "Warning", "message": message}
    waits = {"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}
    pod = {
        **CRASHED,
        "metadata": {"name": "api", "namespace": "shop"},
        "status": {"phase": "Pending", "containerStatuses": [waits]},
    }
    done = called("explain", "-f", written(tmp_path, pod, {**failed, "reason": "Failed"}))
    assert "settings" in done.stdout


def test_a_manifest_is_drawn_and_nothing_is_claimed_of_its_state(tmp_path: Path) -> None:
    manifest = {"kind": "Pod", "metadata": {"name": "web"}, "spec": CRASHED["spec"]}
    said = called("explain", "-f", written(tmp_path, manifest)).stdout
    assert "this is a manifest" in said
    assert "busybox:1.36" in said
    assert "STATUS" not in said


def test_a_manifest_without_a_namespace_leaves_no_gap(tmp_path: Path) -> None:
    manifest = {"kind": "Pod", "metadata": {"name": "web"}, "spec": CRASHED["spec"]}
    said = called("explain", "-f", written(tmp_path, manifest)).stdout
    assert said.splitlines()[0].split() == ["web", "worker"]


def test_what_was_read_before_a_cut_is_explained(tmp_path: Path) -> None:
    path = Path(written(tmp_path, CRASHED, CRASHED))
    path.write_text(path.read_text()[:-50])
    done = called("explain", "-f", str(path))
    assert done.returncode == 6
    assert "─ Pod api ─" in done.stdout
    assert "the file ends in the middle of it" in done.stderr


def test_a_live_pod_is_asked_for_by_name(tmp_path: Path) -> None:
    answer = Reply([json.dumps(CRASHED).encode()])
    with FakeApi(others={"/api/v1/namespaces/shop/pods/api": answer}) as api:
        config = kubeconfig(tmp_path, api.url)
        done = called("explain", "pod/api", "--kubeconfig", config)
        missing = called("explain", "po/nosuch", "--kubeconfig", config)
    assert done.returncode == 0
    assert "exit code 127" in done.stdout
    assert (missing.returncode, "there is no Pod" in missing.stderr) == (1, True)


@cases(
    "arguments code words",
    {
        "no name": (["pod/"], 2, "is not a valid name for a Pod"),
        "an impossible name": (["pod/UPPER"], 2, "is not a valid name for a Pod"),
        "a term and a file": (["ready", "-f", "x"], 2, "name only pod/NAME"),
        "a term as JSON": (["ready", "-o", "json"], 2, "-o json is for Pods"),
        "a term of a recording": (["ready", "--recording", "x"], 2, "is no Pod and no workload"),
        "no such file": (["-f", "nosuch"], 6, "can't be read"),
        "no recording": (["pod/a", "--recording", "nosuch"], 6, "can't be read"),
        "not in the recording": (["pod/a", "--recording", CRASH_LOOP], 1, 'no Pod "a"'),
        "no cluster": (["pod/a"], 5, "no kubeconfig"),
    },
)
def test_what_can_not_be_done_is_said(arguments: list[str], code: int, words: str) -> None:
    done = called("explain", *arguments)
    assert (done.returncode, words in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_pods_are_completed_after_pod(tmp_path: Path) -> None:
    with FakeApi([listing(pod("web", 5), pod("api", 6))]) as api:
        line = f"podwatch explain --kubeconfig {kubeconfig(tmp_path, api.url)} pod/w"
        assert completed(line) == ["pod/web"]


def test_few_terms_are_offered_before_anything_is_typed() -> None:
    offered = completed("podwatch explain ")
    assert offered[: len(ASKED_MOST)] == [*ASKED_MOST]
    assert len(offered) < 25
    for term in ASKED_MOST:
        assert called("explain", term).returncode == 0


def test_one_letter_brings_words_and_lessons_only() -> None:
    offered = completed("podwatch explain s")
    assert {"sidecar", "scheduled"} <= set(offered)
    assert len(offered) < 50


def test_a_reason_is_completed_as_a_lesson_is() -> None:
    assert completed("podwatch explain OOMK") == ["OOMKilled"]
    assert completed("podwatch explain po")[-1] == "pod/"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("columns", "widest"), [("30", 40), ("70", 70), ("200", 120)])
def test_a_page_is_as_wide_as_the_terminal_within_limits(columns: str, widest: int) -> None:
    import pty

    ours, theirs = pty.openpty()
    env = ENVIRONMENT | {"COLUMNS": columns}
    subprocess.run([PODWATCH, "explain", "sidecar"], stdout=theirs, env=env, check=True, timeout=60)
    os.close(theirs)
    lines = os.read(ours, 65536).decode().splitlines()
    os.close(ours)
    prose = [line for line in lines if " " in line]
    assert widest - 12 < max(map(len, prose)) <= widest


def test_in_a_pipe_a_page_has_80_columns() -> None:
    lines = called("explain", "sidecar").stdout.splitlines()
    assert 68 < max(map(len, lines)) <= 80


def test_quiet_leaves_notes_out_but_no_error() -> None:
    assert "did you mean" in called("explain", "CrashLopBackOff").stderr
    assert called("explain", "CrashLopBackOff", "-q").stderr == ""
    assert "xyzzy" in called("explain", "xyzzy", "-q").stderr


def test_a_target_is_named_with_its_namespace(tmp_path: Path) -> None:
    other = {**CRASHED, "metadata": {"name": "api", "namespace": "b", "uid": "u2"}}
    file = written(tmp_path, CRASHED, other)
    said = called("explain", "b/pod/api", "-f", file, "-o", "json").stdout
    assert [json.loads(line)["uid"] for line in said.splitlines()] == ["u2"]
    refused = called("explain", "b/pod/api", "-n", "c", "-f", file)
    assert (refused.returncode, "another namespace" in refused.stderr) == (2, True)
