"""What a teacher has in hands: the plan names what there is, the script refuses what can't be."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from podwatch import course, scenarios
from podwatch.cli.app import COMMANDS
from tests.cases import cases

DOCS = Path(__file__).parents[1] / "docs"
PLAN = (DOCS / "workshop.md").read_text("utf-8")
SCRIPT = DOCS / "workshop" / "learners.sh"
KUBECTL = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
*jsonpath={.clusters*server}*) printf https://127.0.0.1:1 ;;
*"get namespaces -o jsonpath"*) printf 'default learner-mine' ;;
*create*dry-run*) printf podwatch-learner ;;
esac
"""
"""Stands in for kubectl: it notes what it is asked, and changes nothing."""


def test_every_command_in_the_plan_is_there() -> None:
    commands = re.findall(r"^podwatch (\w+)|`podwatch (\w+)", PLAN, re.MULTILINE)
    named = {one or other for one, other in commands}
    assert {"tour", "demo", "exercise", "class", "scenario"} <= named
    assert named <= {name for name, *_ in COMMANDS}


def test_every_lesson_exercise_and_chapter_in_the_plan_is_there() -> None:
    lessons = set(re.findall(r"podwatch demo ([a-z][a-z-]+)", PLAN))
    assert lessons
    assert lessons <= set(scenarios.names())
    exercises = set(re.findall(r"exercise start ([a-z][a-z-]+)", PLAN))
    said = PLAN[PLAN.index("most people do") : PLAN.index("Your screen shows")]
    exercises |= set(re.findall(r"`([a-z]+-[a-z-]+)`", said))
    assert len(exercises) > 4
    assert exercises <= {one.name for one in course.exercises()}
    titles = {one.number: one.title for one in course.chapters()}
    assert (titles[1], titles[3]) == ("What a Pod is", "The box")
    assert titles[6].startswith("STATUS")
    assert len(titles) == 13


def test_every_lesson_that_is_predicted_has_a_question() -> None:
    predicted = re.findall(r"podwatch demo ([a-z][a-z-]+) --predict", PLAN)
    for name in predicted:
        assert (scenarios.FOLDER / name / "questions.toml").is_file(), name
    assert len(predicted) >= 4


def test_every_link_in_the_plan_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PLAN):
        assert target.startswith("https://") or (DOCS / target).exists(), target


# ── the script ──


def script(
    tmp_path: Path, *arguments: str, kubectl: bool = True
) -> subprocess.CompletedProcess[str]:
    programs = tmp_path / "programs"
    programs.mkdir()
    if kubectl:
        (programs / "kubectl").write_text(KUBECTL)
        (programs / "kubectl").chmod(0o755)
    for name in ("sh", "dirname", "tr", "cat", "rm", "rmdir", "mkdir", "mv"):
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    return subprocess.run(
        [str(programs / "sh"), str(SCRIPT), *arguments],
        env={"PATH": str(programs), "CALLS": str(tmp_path / "calls")},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=tmp_path,
        timeout=30,
        check=False,
    )


@cases(
    "arguments code words",
    {
        "nothing": ((), 2, "usage: learners.sh"),
        "no option": (("--forget",), 2, "--forget is no option"),
        "an option without its value": (("--out",), 2, "--out needs a value"),
        "two of one name": (("anna", "Anna"), 2, "two learners are called Anna"),
        "no name for a namespace": (("anna;rm",), 2, "can't be the name of a namespace"),
        "a name that is too long": (("a" * 40,), 2, "at most 39"),
        "a dash at the end": (("anna-",), 2, "can't be the name of a namespace"),
        "nobody": (("0",), 2, "is no number of learners"),
        "too many": (("1000",), 2, "write 1 to 999"),
        "nobody can be asked": (("anna",), 2, "--yes says that you want it"),
        "a namespace of somebody else": (("--yes", "mine"), 1, "this script did not make it"),
    },
)
def test_what_can_not_be_is_refused_before_anything_is_written(
    arguments: tuple[str, ...], code: int, words: str, tmp_path: Path
) -> None:
    done = script(tmp_path, *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    calls = tmp_path / "calls"
    asked = calls.read_text() if calls.exists() else ""
    assert not re.search(r"apply|delete|create token|taint|label", asked.replace("-l podwatch", ""))
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".kubeconfig"] == []


def test_a_number_makes_so_many_with_files_for_nobody_else(tmp_path: Path) -> None:
    done = script(tmp_path, "--yes", "2", "--server", "https://10.0.0.1:6443")
    assert done.returncode == 0, done.stderr
    files = sorted((tmp_path / "kubeconfigs").iterdir())
    assert [path.name for path in files] == ["01.kubeconfig", "02.kubeconfig"]
    assert files[0].stat().st_mode & 0o077 == 0
    assert "server: https://10.0.0.1:6443" in files[0].read_text()
    assert "namespace: learner-01" in files[0].read_text()
    assert "taint" not in (tmp_path / "calls").read_text()


def test_the_taint_is_set_only_if_it_is_asked_for(tmp_path: Path) -> None:
    done = script(tmp_path, "--yes", "anna", "--taint", "worker-2")
    assert done.returncode == 0, done.stderr
    assert "taint node worker-2 shop=payments:NoSchedule" in (tmp_path / "calls").read_text()


def test_without_kubectl_it_says_so(tmp_path: Path) -> None:
    done = script(tmp_path, "anna", kubectl=False)
    assert (done.returncode, "kubectl is not on PATH" in done.stderr) == (2, True)


def test_help_needs_nothing(tmp_path: Path) -> None:
    done = script(tmp_path, "--help", kubectl=False)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: learners.sh")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="there is no shellcheck")
def test_shellcheck_finds_nothing() -> None:
    done = subprocess.run(
        ["shellcheck", "-s", "sh", str(SCRIPT)], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert os.access(SCRIPT, os.X_OK)
