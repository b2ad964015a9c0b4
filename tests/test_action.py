"""The Action: it installs what is pinned, and expects what its inputs say, on any runner's `sh`."""

import re
import shutil
import signal
import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from podwatch.scenarios import scenario
from tests.cases import cases
from tests.checkout import offline, without_network
from tests.fake_api import FakeApi, kubeconfig, listing, pod
from tests.runner import SHELLS, Done, Runner, outputs

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return without_network(tmp_path_factory.mktemp("actions") / "podwatch für alle")


@pytest.fixture
def job(action: Path, tmp_path: Path) -> Callable[..., Runner]:
    """A job on a runner with this `sh`."""

    def made(shell: str = "dash", **environment: str) -> Runner:
        folder = tmp_path / "job"
        folder.mkdir()
        try:
            return Runner(folder, shell, offline(action) | environment)
        except FileNotFoundError:
            pytest.skip(f"there is no {shell} here")

    return made


@pytest.fixture
def expect(action: Path, job: Callable[..., Runner]) -> Callable[..., Done]:
    """The Action's step that expects, with these inputs, by the podwatch that is tested."""

    def done(inputs: dict[str, str], shell: str = "dash") -> Done:
        runner = job(shell)
        (runner.folder / "lessons").symlink_to(scenario("overview").recording.parents[1])
        runner.path.insert(0, str(Path(sys.executable).parent))
        return runner.use(action, inputs, only="expect")

    return done


@pytest.fixture
def arguments(action: Path, job: Callable[..., Runner], tmp_path: Path) -> Callable[..., list[str]]:
    """With what that step calls podwatch, with these inputs; empty if it does not."""

    def called(inputs: dict[str, str], shell: str = "dash") -> list[str]:
        runner = job(shell)
        stub, given = tmp_path / "stub", tmp_path / "given"
        stub.mkdir()
        (stub / "podwatch").write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" >'{given}'\n")
        (stub / "podwatch").chmod(0o755)
        runner.path.insert(0, str(stub))
        runner.use(action, inputs, only="expect")
        return given.read_text("utf-8").split("\0")[:-1] if given.exists() else []

    return called


def replaying(name: str) -> str:
    """An argument of a step, which parts its words at blanks: a checkout's path may have some."""
    return f"--replay=lessons/{name}/recording.jsonl"


# ── installing ──


@pytest.mark.parametrize("shell", SHELLS)
def test_it_installs_its_own_podwatch_and_hides_nothing_on_the_path(
    shell: str, action: Path, job: Callable[..., Runner]
) -> None:
    runner = job(shell, PYTHONPATH="/nonexistent", PIP_USER="1")
    done = runner.use(action, {"targets": "pod/x", "kubeconfig": "nosuch"})
    assert done.code == 5, done.stdout + done.stderr
    assert runner.path[0].endswith("runner temp/podwatch/bin")
    assert [one.name for one in Path(runner.path[0]).iterdir()] == ["podwatch"]
    site = next((runner.temp / "podwatch" / "venv" / "lib").iterdir()) / "site-packages"
    assert (site / "podwatch" / "__main__.py").exists()


def test_a_package_that_is_not_the_pinned_one_is_not_installed(
    action: Path, job: Callable[..., Runner], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(action, other)
    with zipfile.ZipFile(other / "lent-1.0-py3-none-any.whl", "a") as changed:
        changed.writestr("evil.py", "")
    done = job(PIP_FIND_LINKS=other.as_uri()).use(other, {"targets": "pod/x"})
    assert done.code == 1
    assert "do not match the hashes" in done.stderr.lower()
    assert done.outputs == {"verdict": "", "exit-code": "", "sentence": ""}


def test_without_a_python_that_is_new_enough_it_says_how_to_get_one(
    action: Path, job: Callable[..., Runner], tmp_path: Path
) -> None:
    runner = job()
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("dirname", "uname", "sed", "cat"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    runner.path[1:] = [str(tools)]
    done = runner.use(action, {"targets": "pod/x"})
    assert done.code == 2
    assert done.stdout.startswith("::error title=podwatch can't be installed::no Python 3.11")
    assert "actions/setup-python" in done.stdout


def test_the_python_that_setup_python_made_comes_first(
    action: Path, job: Callable[..., Runner], tmp_path: Path
) -> None:
    made = tmp_path / "toolcache" / "bin"
    made.mkdir(parents=True)
    called = tmp_path / "called"
    real = shutil.which("python3")
    (made / "python").write_text(f'#!/bin/sh\necho >> "{called}"\nexec "{real}" "$@"\n')
    (made / "python").chmod(0o755)
    job(pythonLocation=str(made.parent)).use(action, {"targets": "pod/x", "kubeconfig": "nosuch"})
    assert called.exists()


def test_on_windows_it_says_so(action: Path, job: Callable[..., Runner]) -> None:
    done = job(RUNNER_OS="Windows").use(action, {"targets": "pod/x"})
    assert (done.code, "this is Windows" in done.stdout) == (2, True)


def test_its_packages_are_those_that_are_tested_and_all_that_podwatch_needs() -> None:
    tested = _pins((ROOT / "requirements.txt").read_text("utf-8"))
    own = _pins((ROOT / ".github" / "action" / "requirements.txt").read_text("utf-8"))
    assert {name: tested.get(name) for name in own} == own, "run make lock"
    needed = _needed("podwatch")
    assert own.keys() >= needed
    only_elsewhere = {name for name, pin in own.items() if ";" in pin.partition("\\")[0]}
    assert own.keys() - needed <= only_elsewhere | _needed("podwatch", "win32")


def _pins(text: str) -> dict[str, str]:
    """The whole of each entry, its hashes included, by the name of the package."""
    entries = re.split(r"\n(?=\S)", text.strip())
    return {canonicalize_name(re.split("[=;]", entry)[0]): entry for entry in entries}


def _needed(package: str, platform: str = "") -> set[str]:
    """The names of all that a package needs, and that what it needs needs."""
    found: set[str] = set()
    todo = [package]
    environment = {"extra": "", **({"sys_platform": platform} if platform else {})}
    while todo:
        try:
            requires = metadata.requires(todo.pop()) or []
        except metadata.PackageNotFoundError:
            continue  # of another platform
        for one in map(Requirement, requires):
            name = canonicalize_name(one.name)
            if name not in found and (one.marker is None or one.marker.evaluate(environment)):
                found.add(name)
                todo.append(name)
    return found


# ── expecting ──

ALL = {
    "targets": "deployment/web\n  shop/job/report",
    "selector": "app in (web, db)",
    "filename": "a folder/\napp.yaml",
    "for": "ready condition=Ready",
    "never": "oom-killed evicted",
    "namespace": "shop",
    "kubeconfig": "/a folder/kubeconfig",
    "context": "kind-kind",
    "timeout": "3m",
    "stable": "0s",
    "grace": "20s",
    "keep-going": "true",
    "junit": "a b.xml",
    "record": "run.jsonl",
    "arguments": "--any --within ready=60s",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_input_is_an_option(shell: str, arguments: Callable[..., list[str]]) -> None:
    assert ALL.keys() == ACTION["inputs"].keys()
    assert arguments(ALL, shell) == [
        *("expect", "--for=ready", "--for=condition=Ready", "--never=oom-killed"),
        *("--never=evicted", "--selector=app in (web, db)", "--namespace=shop"),
        *("--context=kind-kind", "--kubeconfig=/a folder/kubeconfig", "--timeout=3m"),
        *("--stable=0s", "--grace=20s", "--junit=a b.xml", "--record=run.jsonl"),
        *("--filename=a folder/", "--filename=app.yaml", "--keep-going"),
        *("--any", "--within", "ready=60s", "--", "deployment/web", "shop/job/report"),
    ]


@pytest.mark.parametrize("shell", SHELLS)
def test_without_inputs_everything_is_as_podwatch_has_it(
    shell: str, arguments: Callable[..., list[str]]
) -> None:
    assert arguments({}, shell) == ["expect", "--timeout=2m", "--"]


@pytest.mark.parametrize("shell", SHELLS)
def test_what_an_input_says_is_not_run_and_is_no_other_option(
    shell: str, arguments: Callable[..., list[str]], tmp_path: Path
) -> None:
    made = tmp_path / "made"
    evil = f"--junit=x'\"$(touch {made})`touch {made}`;touch {made} #\n&touch {made} * ${{HOME}}"
    given = arguments(dict.fromkeys(ALL.keys() - {"arguments", "keep-going"}, evil), shell)
    before, after = given[: given.index("--")], given[given.index("--") + 1 :]
    assert after == evil.split()
    assert [one for one in before if not one.startswith("--")] == ["expect"]
    assert [one for one in before if one.startswith("--junit=")] == [f"--junit={evil}"]
    assert not made.exists()


def test_it_expects_what_its_inputs_say(expect: Callable[..., Done], tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    targets = "deployment/web\njob/report"
    told = {"targets": targets, "never": "oom-killed evicted", "junit": str(file)}
    done = expect({**told, "arguments": replaying("overview")})
    assert done.code == 0, done.stdout + done.stderr
    assert done.stdout.startswith("::notice title=podwatch%3A met::deployment/web: ready")
    assert 'name="never evicted"' in file.read_text("utf-8")
    assert (done.outputs["verdict"], done.outputs["exit-code"]) == ("met", "0")
    assert done.outputs["sentence"].startswith("deployment/web: ready")


@cases(
    "inputs code verdict sentence",
    {
        "not met": (
            {"targets": "pod/typo", "arguments": replaying("missing-image")},
            *(1, "violated", "gave up on pod/typo"),
        ),
        "time is up": (
            {"targets": "pod/nosuch", "arguments": replaying("overview"), "timeout": "1s"},
            *(4, "timed out", "pod/nosuch never came into being"),
        ),
        "a cluster that is not there": (
            {"targets": "pod/x", "kubeconfig": "nosuch"},
            *(5, "unavailable", "there is no kubeconfig"),
        ),
        "a word that is wrong": (
            {"targets": "pod/x", "for": "redy"},
            *(2, "error", "podwatch does not know the word"),
        ),
        "an option that is wrong": (
            {"targets": "pod/x", "timeout": "soon"},
            *(2, "error", "podwatch gave no verdict"),
        ),
        "neither true nor false": (
            {"targets": "pod/x", "keep-going": "yes"},
            *(2, "error", "podwatch gave no verdict"),
        ),
    },
)
def test_later_steps_can_read_what_came_out(
    inputs: dict[str, str], code: int, verdict: str, sentence: str, expect: Callable[..., Done]
) -> None:
    done = expect(inputs)
    assert done.code == code, done.stdout + done.stderr
    assert (done.outputs["exit-code"], done.outputs["verdict"]) == (str(code), verdict)
    assert done.outputs["sentence"].startswith(sentence)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["cancelled", "late"])
def test_podwatch_hears_of_it_when_the_job_is_cancelled(
    shell: str, number: signal.Signals, action: Path, job: Callable[..., Runner], tmp_path: Path
) -> None:
    runner = job(shell)
    runner.path.insert(0, str(Path(sys.executable).parent))
    inputs = {name: str(one["default"]) for name, one in ACTION["inputs"].items()}
    with FakeApi([listing(pod("web", 5, phase="Pending"))], only="/pods") as api:
        inputs |= {"targets": "pod/web", "kubeconfig": kubeconfig(tmp_path, api.url)}
        process = runner.start(action, ACTION["runs"]["steps"][-1], inputs)
        assert process.stderr is not None
        while "pod/web" not in process.stderr.readline():  # it waits
            assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode == 143
    said = outputs((runner.temp / "output").read_text("utf-8"))
    assert (said["verdict"], said["exit-code"]) == ("interrupted", "143")


# ── what is written beside it ──


def test_the_inputs_that_its_steps_use_are_those_that_it_has() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    script = (ROOT / ".github" / "action" / "expect").read_text("utf-8")
    assert set(re.findall(r"INPUT_\w+", script)) == set(ACTION["runs"]["steps"][-1]["env"])
