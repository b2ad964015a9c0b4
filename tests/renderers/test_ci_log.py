"""Nothing that is printed in a job is a command for its runner, but what podwatch says to it."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.renderers.ci_log import HarmlessStream, defused, reads_commands
from podwatch.scenarios import scenario
from tests.cases import cases
from tests.command import called, run

ACTIONS = {"GITHUB_ACTIONS": "true"}
HOSTILE = "::error::gotcha"
OLDER = "##[add-mask]e"


def commands(text: str) -> list[str]:
    """What a runner would act on, as it reads lines."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


@pytest.mark.parametrize(
    "line",
    ["::error::x", "  ::set-env name=PATH::x", "a ##[command]b", "##[error]x", "a\r::error::x",
     "\u00a0::debug::x", "a\n ::error::b\n##[x]", "##vso[task.complete]x"],
)  # fmt: skip
def test_a_line_of_a_log_is_no_command(line: str) -> None:
    shown = defused(line)
    assert commands(shown) == []
    assert "##vso[" not in shown
    assert re.sub(r"[\s·]", "", shown) == re.sub(r"\s", "", line)  # all of it can still be read


@given(st.lists(st.text("#[:\n\r ab", max_size=4), max_size=12))
def test_a_command_in_pieces_is_none_either(pieces: list[str]) -> None:
    out = io.StringIO()
    stream = HarmlessStream(out)
    for piece in pieces:
        stream.write(piece)
    assert commands(out.getvalue()) == []
    assert out.getvalue().translate(DROPPED) == "".join(pieces).translate(DROPPED)


DROPPED = str.maketrans("", "", " ·")


def test_who_reads_commands_is_known_by_what_its_documentation_names() -> None:
    assert not reads_commands({"CI": "true", "GITLAB_CI": "true", "GITHUB_ACTIONS": "false"})
    for environment in (ACTIONS, {"TF_BUILD": "True"}, {"TEAMCITY_VERSION": "2026.1"}):
        assert reads_commands(environment)


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """A recording whose messages are commands."""
    text = scenario("crash-loop").recording.read_text("utf-8")
    hostile = tmp_path / "hostile.jsonl"
    hostile.write_text(re.sub(r'"message":"[^"]*"', f'"message":"{HOSTILE} {OLDER}"', text))
    return str(hostile)


@cases(
    "arguments",
    {
        "lines": ["replay", "RECORDING", "-o", "lines"],
        "JSON lines": ["replay", "RECORDING", "-o", "json"],
        "a Pod's page": ["explain", "--recording", "RECORDING"],
        "a verdict": ["expect", "pod/x", "--replay", "RECORDING"],
        "a verdict as JUnit": ["expect", "pod/x", "--replay", "RECORDING", "--junit", "-"],
        "an unknown term": ["explain", HOSTILE, OLDER],
        "a misspelt option": ["expect", f"--{OLDER}"],
        "an unknown command": [OLDER],
        "a file that is not there": ["replay", OLDER],
        "a Pod that can't be": ["pod", f"{OLDER}"],
        "an unknown lesson": ["demo", OLDER],
        "help of what there is not": ["help", OLDER],
    },
)
def test_no_output_of_any_command_is_one(recording: str, arguments: list[str]) -> None:
    asked = [recording if one == "RECORDING" else one for one in arguments]
    done = called(*asked, **ACTIONS)
    printed = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    own = ("::error title=podwatch", "::notice title=podwatch", "::group::podwatch", "::endgroup::")
    assert [line for line in commands("\n".join(printed)) if not line.startswith(own)] == []


def test_neither_is_what_a_shell_completes(tmp_path: Path) -> None:
    config = tmp_path / "config"
    contexts = [{"name": name, "context": {"cluster": "c"}} for name in (HOSTILE, OLDER, "kind")]
    config.write_text(json.dumps({"contexts": contexts}))
    done = run("__complete", "ns", "--context", "", KUBECONFIG=str(config), **ACTIONS)
    assert "kind" in done.stdout
    assert commands(done.stdout) == []


def test_a_process_keeps_its_streams_and_exit_codes() -> None:
    done = run("replay", OLDER, **ACTIONS)
    assert done.returncode == 6
    assert "## [add-mask]e" in done.stderr
    assert run("version", **ACTIONS).stdout == run("version").stdout
