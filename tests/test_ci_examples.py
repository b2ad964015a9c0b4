"""The examples for CI systems: they are what those can read, and their scripts do what they say."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.scenarios import scenario
from tests.cases import cases
from tests.checkout import offline, without_network
from tests.command import ENVIRONMENT, run_program
from tests.fake_api import FakeApi, kubeconfig, listing, pod

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
READY: dict[str, Any] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
TESTED = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
USES = re.compile(r"^ *(?:- )?uses: (.+)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


# ── GitHub ──

WORKFLOWS = [EXAMPLES / "workflow.yaml", *sorted((ROOT / ".github" / "workflows").iterdir())]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_pins_every_action_and_uses_inputs_and_outputs_that_there_are(
    file: Path,
) -> None:
    action = read(ROOT / "action.yml")
    text = file.read_text("utf-8")
    for used in re.findall(USES, text):
        assert used.startswith("./") or PINNED.fullmatch(used), used
    steps = [step for job in read(file)["jobs"].values() for step in job["steps"]]
    own = [step for step in steps if step.get("uses") in {"./", "./podwatch"}]
    assert own
    assert {name for step in own for name in step["with"]} <= set(action["inputs"])
    read_ = re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text)
    assert {step for step, _ in read_} <= {step.get("id") for step in own}
    assert {output for _, output in read_} <= set(action["outputs"])


def test_all_workflows_use_one_version_of_an_action() -> None:
    texts = "".join(file.read_text("utf-8") for file in WORKFLOWS)
    used = {one for one in re.findall(USES, texts) if not one.startswith("./")}
    assert len({one.partition("@")[0] for one in used}) == len(used)


def test_the_script_is_one_that_bash_can_read() -> None:
    subprocess.run(["bash", "-n", str(EXAMPLES / "smoke-test.sh")], check=True)


# ── GitLab ──


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository of podwatch whose packages need no network, and its commit."""
    made = without_network(tmp_path_factory.mktemp("gitlab") / "podwatch")
    git = ("git", "-C", str(made), "-c", "user.name=me", "-c", "user.email=me@example.com")
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "all")):
        subprocess.run([*git, *arguments], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return made, head.stdout.strip()


@cases("targets code", {"met": ("pod/web", 0), "not met": ("pod/web pod/nosuch", 4)})
def test_the_job_of_gitlab_installs_expects_and_keeps_its_evidence(
    targets: str, code: int, repository: tuple[Path, str], tmp_path: Path
) -> None:
    job = read(EXAMPLES / "gitlab-ci.yaml")["smoke-test"]
    source, commit = repository
    lines = "\n".join(job["before_script"] + job["script"])
    with FakeApi([listing(pod("web", 5, **READY))], only="/pods") as api:
        done = run_program(
            *("bash", "-e", "-o", "pipefail", "-c", lines.replace("3m", "4s")),
            cwd=str(tmp_path),
            KUBECONFIG=kubeconfig(tmp_path, api.url),
            PODWATCH_REPOSITORY=str(source),
            PODWATCH_COMMIT=commit,
            TARGETS=targets,
            **offline(source),
        )
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"exit {code}")
    marks = re.findall(r"\x1b\[0Ksection_(start|end):\d+:(\S+)\s\x1b\[0K", done.stdout)
    collapsed = "[collapsed=true]"
    begun = [name.removesuffix(collapsed) for mark, name in marks if mark == "start"]
    ended = [name for mark, name in marks if mark == "end"]
    assert begun == ended == ["podwatch_install", "podwatch_progress"]
    artifacts = job["artifacts"]
    for name in (artifacts["reports"]["junit"], *artifacts["paths"]):
        assert (tmp_path / name).stat().st_size


# ── Tekton ──


@pytest.fixture
def task(tmp_path: Path) -> Callable[..., tuple[int, str, dict[str, str]]]:
    """Run the Task's step with these arguments: exit code, output, results."""
    spec = read(EXAMPLES / "tekton-task.yaml")["spec"]
    (step,) = spec["steps"]
    assert step["args"] == ["$(params.arguments[*])", "--", "$(params.targets[*])"]
    assert "$(params" not in step["script"]  # it would run what they say
    script = re.sub(r"\$\(results\.([\w-]+)\.path\)", rf"{tmp_path}/\1", step["script"])
    (tmp_path / "script").write_text(script, "utf-8")

    def run(arguments: list[str], targets: list[str]) -> tuple[int, str, dict[str, str]]:
        done = subprocess.run(
            ["sh", str(tmp_path / "script"), *arguments, "--", *targets],
            capture_output=True,
            encoding="utf-8",
            env={**ENVIRONMENT, "PATH": TESTED},
            check=False,
        )
        names = [one["name"] for one in spec["results"]]
        return (
            done.returncode,
            done.stdout + done.stderr,
            {name: (tmp_path / name).read_text("utf-8") for name in names},
        )

    return run


@cases(
    "name target code verdict sentence",
    {
        "met": ("overview", "deployment/web", 0, "met", "✔ deployment/web: ready"),
        "not met": ("missing-image", "pod/typo", 1, "violated", "✖ gave up on pod/typo"),
        "undecided": (
            "overview",
            "pod/nosuch",
            4,
            "timed out",
            "✖ pod/nosuch never came into being",
        ),
        "no verdict": ("overview", "pod/x/y/z", 2, "error", "no verdict: the log"),
    },
)
def test_the_task_of_tekton_gives_small_results(
    name: str,
    target: str,
    code: int,
    verdict: str,
    sentence: str,
    task: Callable[..., tuple[int, str, dict[str, str]]],
) -> None:
    replay = f"--replay={scenario(name).recording}"
    came_out, said, results = task([replay, "--timeout=1m"], [target])
    assert (came_out, results["exit-code"], results["verdict"]) == (code, str(code), verdict), said
    assert results["sentence"].startswith(sentence)
    assert sum(len(one.encode()) for one in results.values()) < 3000
    assert results["sentence"].removesuffix("is why") in said or verdict == "error"


def test_a_target_of_the_task_is_no_option(
    task: Callable[..., tuple[int, str, dict[str, str]]],
) -> None:
    code, _, results = task([], [f"--replay={scenario('overview').recording}", "deployment/web"])
    assert (code, results["verdict"]) == (2, "error")
