"""The Action and the examples: they run, and what they say exists."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from podwatch.scenarios import scenario
from tests.command import run_program

ROOT = Path(__file__).parents[1]
RECORDINGS = scenario("tour").recording.parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def step(**inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the Action's last step as the runner does, with these inputs."""
    last = ACTION["runs"]["steps"][-1]
    given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()}
    given |= inputs
    variables = {
        name: given[value.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, value in last["env"].items()
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", last["run"])
    return run_program(*shell, cwd=str(RECORDINGS), PATH=path, GITHUB_ACTIONS="true", **variables)


def replaying(name: str) -> str:
    """Relative, as arguments are separated by blanks, and the checkout's path may have some."""
    return f"--replay {scenario(name).recording.relative_to(RECORDINGS)}"


def test_the_action_expects_what_its_inputs_say(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    done = step(
        targets="deployment/web\njob/report",
        never="oom-killed evicted",
        junit=str(file),
        arguments=replaying("tour"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("::notice title=podwatch%3A met::deployment/web: ready")
    assert 'name="never evicted"' in file.read_text("utf-8")


def test_the_action_fails_as_podwatch_does() -> None:
    done = step(targets="pod/typo", **{"for": "ready"}, arguments=replaying("missing-image"))
    assert done.returncode == 1
    assert done.stdout.startswith("::error title=")


def test_what_an_input_says_is_not_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    done = step(targets=f"$(touch {made}) `touch {made}` ; touch {made}")
    assert done.returncode == 2
    assert not made.exists()


def test_the_workflow_names_only_inputs_that_the_action_has() -> None:
    workflow = yaml.safe_load((ROOT / "examples" / "workflow.yaml").read_text("utf-8"))
    steps = workflow["jobs"]["smoke-test"]["steps"]
    used = next(one["with"] for one in steps if one.get("uses") == "./podwatch")
    assert set(used) <= set(ACTION["inputs"])


@pytest.mark.parametrize("name", ["smoke-test.sh"])
def test_the_script_is_one_that_bash_can_read(name: str) -> None:
    subprocess.run(["bash", "-n", str(ROOT / "examples" / name)], check=True)
