"""The plugin: what a test of somebody else's sees of podwatch, whatever its report is read in."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from podwatch import Podwatch
from podwatch.app.expect import Expect
from podwatch.sources.cluster.access import Access
from tests.fake_api import FakeApi, Reply, kubeconfig, listing, pod

PLUGIN = "podwatch.pytest_plugin"
pytest_plugins = ["pytester"]
READY: dict[str, Any] = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
NEVER_RUNS = 'podwatch.expect("pod/web", "ready", never="phase=Running", timeout=20)'
HOSTILE = "##[add-mask]e\n::error::gotcha\x1b[31m"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """A cluster with two Pods that are ready."""
    pods = [pod("web", 5, **READY), pod("db", 6, **READY)]
    with FakeApi([listing(*pods)], only="/pods") as made:
        yield made


class Asks:
    """A project with tests, and its runs beside a cluster."""

    def __init__(self, pytester: pytest.Pytester, folder: Path, api: FakeApi) -> None:
        self.pytester = pytester
        self.config = kubeconfig(folder, api.url)

    def run(self, tests: str, *arguments: str) -> pytest.RunResult:
        self.pytester.makepyfile(test_it=f"import pytest\n\n{tests}")
        known = ("--podwatch-kubeconfig", self.config, "-p", "no:cacheprovider")
        return self.pytester.runpytest_subprocess(*known, *arguments)


@pytest.fixture
def project(pytester: pytest.Pytester, tmp_path: Path, api: FakeApi) -> Asks:
    return Asks(pytester, tmp_path, api)


def sections(done: pytest.RunResult) -> list[str]:
    """The text of each timeline that was shown."""
    shown = done.stdout.str().split("podwatch: namespace shop")[1:]
    return [text.partition("\n____")[0].partition("\n====")[0] for text in shown]


def test_it_imports_nothing_but_pytest_until_it_is_used() -> None:
    code = (
        f"import sys, pytest; before = set(sys.modules); import {PLUGIN};"
        "new = {m.partition('.')[0] for m in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['podwatch']\n"
    assert f"{PLUGIN} " not in done.stderr


def test_a_failed_test_and_one_whose_fixture_failed_show_what_happened(project: Asks) -> None:
    done = project.run(f"""
def test_met(podwatch):
    verdict = podwatch.expect("pod/web", "ready", timeout=20)
    assert verdict.outcome == "met"
    assert "web" in podwatch.timeline("pod/web")
    assert "shop/db" not in podwatch.timeline("web")

def test_not_met(podwatch):
    {NEVER_RUNS}

@pytest.fixture
def web(podwatch):
    {NEVER_RUNS}

def test_of_a_fixture(web):
    pass

def test_of_its_own(podwatch):
    podwatch.expect("pod/web")
    pytest.fail("for a reason of its own", pytrace=False)

def test_without_podwatch():
    assert False
""")
    done.assert_outcomes(passed=1, failed=3, errors=1)
    assert "pod/web: Pod web shows phase=Running, which must never happen" in done.stdout.str()
    assert [text.count("shop/web was already there") for text in sections(done)] == [1, 1, 1]


def test_the_line_of_the_test_is_shown_and_no_line_of_podwatch(project: Asks) -> None:
    done = project.run(f"""
def test_three(podwatch):
    podwatch.expect("pod/web", timeout=20)
    {NEVER_RUNS}
    podwatch.expect("pod/db", timeout=20)
""")
    said = done.stdout.str()
    assert f">       {NEVER_RUNS}" in said
    assert "E       podwatch.NotMet: ✖ pod/web: Pod web shows phase=Running" in said
    assert "test_it.py:6: NotMet" in said
    assert "in_test.py" not in said
    assert "exit 1" not in said
    assert "FAILED test_it.py::test_three - podwatch.NotMet: ✖ pod/web: Pod web" in said


def test_manifests_are_judged_as_by_their_option(project: Asks) -> None:
    made = '{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web"}}'
    done = project.run(f"""
def test_it(podwatch, tmp_path):
    file = tmp_path / "app.yaml"
    file.write_text('{made}')
    verdict = podwatch.expect(manifests=file, keep_going=True, timeout=20)
    assert [str(one.target) for one in verdict.results] == ["pod/web"]
""")
    done.assert_outcomes(passed=1)


def test_what_is_written_wrong_is_said_with_its_hint_at_the_test_line(project: Asks) -> None:
    wrong = {
        'podwatch.expect("pod/web", "redy")': "did you mean ready",
        'podwatch.expect("services/web")': "it follows pod",
        'podwatch.expect("-")': "name them",
        'podwatch.timeline("service/web")': "it follows pod",
    }
    tests = [f"def test_{number}(podwatch):\n    {asked}\n" for number, asked in enumerate(wrong)]
    done = project.run("\n".join(tests), "--podwatch-timeout=5")
    done.assert_outcomes(failed=len(wrong))
    said = done.stdout.str()
    for (asked, hint), text in zip(wrong.items(), said.split("\n____")[1:], strict=True):
        assert f">       {asked}" in text
        assert hint in text
    assert "in_test.py" not in said
    assert "grammar.py" not in said
    assert sections(done) == []


def test_another_cluster_or_user_is_named_as_for_kubectl(
    project: Asks, api: FakeApi, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with FakeApi([listing(pod("far", 5, **READY))], only="/pods") as other:
        config = kubeconfig(tmp_path / "other", other.url)
        done = project.run(f"""
def test_it(podwatch):
    podwatch.expect("pod/web", timeout=20)
    far = podwatch.on(kubeconfig="{config}", as_="jane", as_groups=["qa"])
    far.expect("pod/far", timeout=20)
    assert "shop/far" in far.timeline() and "shop/far" not in podwatch.timeline()
""")
    done.assert_outcomes(passed=1)
    asked = [one.headers for one in other.watches if one.path.endswith("/pods")]
    assert {(one["Impersonate-User"], one["Impersonate-Group"]) for one in asked} == {
        ("jane", "qa")
    }
    assert not [one for one in api.requests if "Impersonate-User" in one.headers]


def test_every_option_of_a_connection_is_a_parameter() -> None:
    _, *parameters = inspect.signature(Podwatch.on).parameters
    assert parameters == [one.name for one in fields(Access)]


def test_every_option_of_expect_is_a_parameter() -> None:
    """But for what is of a command line, or of the fixture."""
    called = {"words", "target", "selector", "manifests", "any"}
    options = {"words", "targets", "selectors", "files", "any_"}
    elsewhere = {"access", "recursive", "replay", "record", "redact_messages", "junit", "report"}
    elsewhere |= {"stays", "environment", "quiet"}
    parameters = set(inspect.signature(Podwatch.expect).parameters) - {"self"}
    assert parameters - called == {one.name for one in fields(Expect)} - options - elsewhere


def test_without_a_cluster_the_fixture_says_what_to_do(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(podwatch): pass")
    done = pytester.runpytest_subprocess("--podwatch-kubeconfig", "nosuch")
    done.assert_outcomes(errors=1)
    assert "nosuch" in done.stdout.str()
    assert "pytest_plugin.py" not in done.stdout.str()


def test_fixtures_of_every_scope_can_wait_for_what_they_deploy(project: Asks) -> None:
    done = project.run("""
@pytest.fixture(scope="session")
def everything(podwatch_session):
    return podwatch_session.expect("pod/web", timeout=20)

@pytest.fixture(scope="module")
def of_the_module(podwatch_module, everything):
    return podwatch_module.expect("pod/db", timeout=20)

class TestIt:
    @pytest.fixture(scope="class")
    def of_the_class(self, podwatch_class):
        return podwatch_class.expect("pod/db", timeout=20)

    def test_all(self, everything, of_the_module, of_the_class, podwatch):
        podwatch.expect("pod/web", timeout=20)

def test_own_assertion(everything):
    assert everything is None

def test_other_assertion(of_the_module):
    assert of_the_module is None

def test_neither(podwatch):
    assert podwatch is None
""")
    done.assert_outcomes(passed=1, failed=3)
    web, both, neither = sections(done)
    assert ("shop/web" in web, "shop/db" in web) == (True, False)
    assert "shop/web" in both
    assert "shop/db" in both
    assert "shop/" not in neither.partition("watching")[2].replace("shop/web was", "")


def test_all_scopes_share_one_watch(project: Asks, api: FakeApi) -> None:
    done = project.run("""
def test_one(podwatch_session, podwatch_module, podwatch):
    podwatch.timeline()

def test_two(podwatch_session, podwatch):
    podwatch.timeline()
""")
    done.assert_outcomes(passed=2)
    opened = [one for one in api.requests if one.path == "/version"]
    assert len(opened) == 1  # a stream asks once, at its opening; its watches begin later


def test_the_timeline_is_about_the_pods_that_the_test_asked_for(project: Asks) -> None:
    done = project.run("""
@pytest.mark.parametrize("name", ["web", "db"])
def test_it(podwatch, name):
    podwatch.expect(f"pod/{name}", never="phase=Running", timeout=20)

def test_whole_namespace(podwatch):
    assert False
""")
    web, db, both = sections(done)
    assert ("shop/web" in web, "shop/db" in web) == (True, False)
    assert ("shop/web" in db, "shop/db" in db) == (False, True)
    assert "shop/web" in both
    assert "shop/db" in both


def test_the_timeline_is_in_the_junit_file_with_the_usual_settings(project: Asks) -> None:
    done = project.run(
        f"""
def test_call(podwatch):
    {NEVER_RUNS}

@pytest.fixture
def web(podwatch):
    {NEVER_RUNS}

def test_setup(web):
    pass
""",
        "--junitxml=junit.xml",
    )
    done.assert_outcomes(failed=1, errors=1)
    made = ElementTree.parse(project.pytester.path / "junit.xml")
    for tag in ("failure", "error"):
        text = made.find(f".//{tag}")
        assert text is not None
        assert "shop/web was already there" in (text.text or "")
        assert text.attrib["message"].rstrip('"').endswith("which must never happen   after 0.0 s")


@pytest.mark.parametrize(
    ("marker", "arguments", "shown"),
    [
        ("@pytest.mark.podwatch(timeline=False)", (), 0),
        ("", ("-o", "podwatch_timeline=false"), 0),
        ("@pytest.mark.podwatch(timeline=True)", ("-o", "podwatch_timeline=false"), 1),
    ],
    ids=["marker", "option", "marker first"],
)
def test_the_timeline_can_be_left_out(
    project: Asks, marker: str, arguments: tuple[str, ...], shown: int
) -> None:
    asked = f"{marker}\ndef test_it(podwatch):\n    {NEVER_RUNS}\n"
    done = project.run(asked, "--strict-markers", *arguments)
    done.assert_outcomes(failed=1)
    assert len(sections(done)) == shown


def test_a_marker_that_says_nothing_is_refused(project: Asks) -> None:
    done = project.run("@pytest.mark.podwatch(timelime=False)\ndef test_it(): pass\n")
    done.assert_outcomes(errors=1)
    assert "takes timeline=False" in done.stdout.str()


def test_with_xdist_each_worker_has_its_own(project: Asks) -> None:
    done = project.run(
        f"""
@pytest.mark.parametrize("number", range(4))
def test_not_met(podwatch_session, podwatch, number):
    {NEVER_RUNS}
""",
        *("-n", "2", "--junitxml=junit.xml"),
    )
    done.assert_outcomes(failed=4)
    said = done.stdout.str()
    assert len(sections(done)) == 4
    assert "[gw0]" in said
    assert "[gw1]" in said
    assert (project.pytester.path / "junit.xml").read_text("utf-8").count("already there") == 4


def test_it_takes_the_cluster_of_pytest_kind(
    pytester: pytest.Pytester, project: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        """
        import os, types, pytest

        @pytest.fixture(scope="session")
        def kind_cluster():
            return types.SimpleNamespace(kubeconfig_path=os.environ["OF_KIND"])

        def test_that_does_not_name_it(podwatch_module):
            podwatch_module.expect("pod/web")

        def test_met(kind_cluster, podwatch):
            podwatch.expect("pod/web")
        """
    )
    monkeypatch.setenv("OF_KIND", project.config)
    monkeypatch.setenv("KUBECONFIG", "/nonexistent")
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_in_github_actions_nothing_in_the_report_is_a_command(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = {"exitCode": 3, "containerID": "A", "message": HOSTILE}
    container = {"name": "app", "containerID": "A", "state": {"terminated": ended}}
    failed = pod("web", 101, phase="Failed", message=HOSTILE, containerStatuses=[container])
    logs = {"/api/v1/namespaces/shop/pods/web/log": Reply([HOSTILE.encode()])}
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with FakeApi([listing(failed)], (), logs, only="/pods") as api:
        done = Asks(pytester, tmp_path, api).run(
            """
def test_not_met(podwatch):
    podwatch.expect("pod/web", timeout=20)

def test_own_assertion(podwatch):
    with pytest.raises(AssertionError) as raised:
        podwatch.expect("pod/web", timeout=20)
    found = raised.value.verdict.cause
    assert raised.value.verdict.sentence == ""

def test_of_text(podwatch):
    with pytest.raises(AssertionError):
        podwatch.expect("pod/web", timeout=20)
    assert not podwatch.timeline("web")
""",
            *("--showlocals", "-vv"),
        )
    done.assert_outcomes(failed=3)
    said = done.stdout.str()
    assert "add-mask" in said
    assert "##[" not in said
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]
