"""However a wait ends, what came so far is left in every form that was asked for."""

import json
import os
import signal
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from podwatch.core.expectations import Outcome
from podwatch.sources.recording import read
from tests import runner
from tests.cases import cases
from tests.command import ENVIRONMENT, PODWATCH
from tests.disk import room_for
from tests.fake_api import FakeApi, kubeconfig, listing, pod
from tests.test_expect import podwatch, recorded

NOT_READY: dict[str, Any] = {"phase": "Pending"}
FILES = ("junit.xml", "summary.md", "outputs", "run.jsonl")


@contextmanager
def waiting(
    folder: Path, *arguments: str, until: str = "waits for a node", **streams: Any
) -> Iterator[subprocess.Popen[str]]:
    """A process that waits for a Pod that is there and does not get ready, and has said so."""
    junit, summary, outputs, run = (folder / name for name in FILES)
    with FakeApi([listing(pod("web", 5, **NOT_READY))], only="/pods") as api:
        actions = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
        process = subprocess.Popen(
            [PODWATCH, "expect", "pod/web", "--record", run, "--junit", junit, *arguments],
            stdout=streams.get("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            text=True,
            env={
                **ENVIRONMENT,
                **actions,
                "GITHUB_OUTPUT": str(outputs),
                "KUBECONFIG": kubeconfig(folder, api.url),
            },
        )
        with process:
            try:
                assert process.stderr is not None
                for line in process.stderr:
                    if until in line:
                        break
                yield process
            finally:
                process.kill()


def rest(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it prints until its end; what was read ahead belongs to it, unlike for `communicate`."""
    said = [
        stream.read() if stream is not None else "" for stream in (process.stderr, process.stdout)
    ]
    process.wait(20)
    return said[1], said[0]


def errors(junit: Path) -> list[tuple[str | None, str | None]]:
    return [(one.get("type"), one.get("message")) for one in ET.parse(junit).iter("error")]


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [
        (signal.SIGINT, 130, "^C"),
        (signal.SIGTERM, 143, "SIGTERM"),
        (signal.SIGHUP, 143, "SIGHUP"),
    ],
    ids=["^C", "SIGTERM", "SIGHUP"],
)
def test_a_signal_leaves_what_came_so_far(
    tmp_path: Path, number: signal.Signals, code: int, name: str
) -> None:
    junit, summary, outputs, run = (tmp_path / name for name in FILES)
    junit.write_text('<testsuites failures="0"/>')
    with waiting(tmp_path) as process:
        assert not junit.exists()  # not even a run that is killed by force leaves the green one
        process.send_signal(number)
        process.send_signal(number)  # as timeout(1) does
        out, _ = rest(process)
    assert process.returncode == code
    why = f"interrupted by {name}"
    waits = f"{why}; still waiting: Pod web waits for a node, from the scheduler"
    assert errors(junit) == [("interrupted", waits)]
    assert run.stat().st_mode & 0o077 == 0
    assert out.startswith(f"::error title=podwatch%3A interrupted%2C undecided::{why}")
    assert f"✖ {why}   after " in out
    assert "Pod web: phase Pending" in out
    assert "interrupted by" in summary.read_text("utf-8")
    assert runner.outputs(outputs.read_text("utf-8"))["exit-code"] == str(code)
    assert [item.t for item in read(run)]
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "kubeconfig"}


def test_with_json_the_line_says_so(tmp_path: Path) -> None:
    with waiting(tmp_path, "-o", "json") as process:
        process.send_signal(signal.SIGTERM)
        out, err = rest(process)
    made = json.loads(out)
    assert (made["outcome"], made["exitCode"]) == ("interrupted", 143)
    (result,) = made["results"]
    assert result["waits"] == ["Pod web waits for a node, from the scheduler"]
    assert [one["name"] for one in made["pods"]] == ["web"]
    assert err.startswith("::error title=podwatch%3A interrupted")


def test_a_reader_that_goes_away_takes_no_file_with_it(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with waiting(tmp_path, "--timeout", "1s", until="waits for", stdout=writing) as process:
        os.close(writing)
        os.close(reading)
        rest(process)
    assert process.returncode == 141
    assert [type_ for type_, _ in errors(tmp_path / FILES[0])] == ["timed out"]
    assert "pod/web" in (tmp_path / FILES[1]).read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_under_one_of_them_leaves_the_others(tmp_path: Path) -> None:
    with (
        open("/dev/full", "w") as full,
        waiting(tmp_path, "--timeout", "1s", until="waits for", stdout=full) as process,
    ):
        _, err = rest(process)
    assert process.returncode == 6
    assert "standard output can't be written: No space left" in err
    assert [type_ for type_, _ in errors(tmp_path / FILES[0])] == ["timed out"]


def test_a_report_for_which_there_is_no_room_is_not_there_and_the_rest_is(tmp_path: Path) -> None:
    junit, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    summary.write_text("of a step before\n")
    arguments = ("pod/typo", "--junit", str(junit), "-o", "json")
    with room_for(300):
        done = recorded(
            "missing-image",
            *arguments,
            GITHUB_ACTIONS="true",
            GITHUB_STEP_SUMMARY=str(summary),
        )
    assert done.returncode == 6
    assert not junit.exists()
    assert summary.read_text() == "of a step before\n"
    assert json.loads(done.stdout)["outcome"] == "violated"
    assert "the JUnit file" in done.stderr


@cases(
    "arguments code outcome",
    {
        "a word that is wrong": (["--for", "redy"], 2, Outcome.ERROR),
        "no cluster": ([], 5, Outcome.UNAVAILABLE),
        "no such recording": (["--replay", "/nonexistent"], 6, Outcome.ERROR),
    },
)
def test_what_can_not_begin_is_an_error_in_every_form(
    tmp_path: Path, arguments: list[str], code: int, outcome: Outcome
) -> None:
    junit = tmp_path / "junit.xml"
    junit.write_text("of the run before")
    done = podwatch("pod/web", "--junit", str(junit), "-o", "json", *arguments)
    assert done.returncode == code
    made = json.loads(done.stdout)
    assert (made["outcome"], made["exitCode"]) == (outcome, code)
    assert errors(junit) == [(outcome, made["sentence"])]


def test_a_defect_is_an_error_and_its_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr("podwatch.core.expectations.judge.Judge.feed", broken)
    junit = tmp_path / "junit.xml"
    done = recorded("overview", "deployment/web", "--junit", str(junit), "-o", "json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (3, "error")
    ((type_, message),) = errors(junit)
    assert type_ == "error"
    assert (message or "").startswith("podwatch failed: ZeroDivisionError: odd; still waiting: ")


def test_a_signal_while_the_verdict_is_written_takes_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, signals = os.replace, iter([KeyboardInterrupt])

    def interrupted(*paths: str) -> None:
        for signalled in signals:
            raise signalled
        replace(*paths)

    monkeypatch.setattr(os, "replace", interrupted)
    junit, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    done = recorded(
        "missing-image",
        *("pod/typo", "--junit", str(junit), "-o", "json"),
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
    )
    made = json.loads(done.stdout)
    assert (done.returncode, made["exitCode"], made["outcome"]) == (130, 130, "violated")
    assert ET.parse(junit).getroot().get("failures") == "1"
    assert summary.read_text("utf-8").count("###") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["junit.xml", "summary.md"]


def test_junit_on_standard_output_is_all_that_is_there() -> None:
    done = recorded("missing-image", "pod/typo", "--junit", "-")
    assert ET.fromstring(done.stdout).get("failures") == "1"
    assert done.stderr.startswith("✖ gave up on pod/typo after 15 s: ")
    both = recorded("missing-image", "pod/typo", "--junit", "-", "-o", "json")
    assert (both.returncode, both.stdout) == (2, "")
    assert "both go to standard output" in both.stderr
