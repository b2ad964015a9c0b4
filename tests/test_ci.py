"""CI does not park good work: a kind test that fails is run once more, alone."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

GOOD = "def test_good(): pass\n"
FAILS_ONCE = """
@pytest.mark.kind
def test_flaky():
    with open("attempts", "a+") as file:
        file.write("x")
        file.seek(0)
        assert len(file.read()) > 1, "a bad moment"
"""
FAILS_TWICE = "@pytest.mark.kind\ndef test_bad(): assert False\n"
FAILS_IN_ITS_FIXTURE = FAILS_ONCE.replace("test_flaky", "place").replace(
    "@pytest.mark.kind", "@pytest.fixture"
) + ("@pytest.mark.kind\ndef test_flaky(place): pass\n")
IS_NO_KIND_TEST = "def test_unit(): assert False\n"


@pytest.fixture
def ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    root = str(Path(__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PODWATCH_RETRY_KIND", "1")
    pytester.makeconftest("pytest_plugins = ['tests.kind.flaky']")
    pytester.makeini("[pytest]\nmarkers = kind\n")
    return pytester


def run(ci: pytest.Pytester, *tests: str) -> pytest.RunResult:
    ci.makepyfile(test_it="import pytest\n" + "".join(tests))
    return ci.runpytest_subprocess("-ra")


@pytest.mark.parametrize("test", [FAILS_ONCE, FAILS_IN_ITS_FIXTURE], ids=["itself", "its fixture"])
def test_a_kind_test_that_passes_the_second_time_is_listed(ci: pytest.Pytester, test: str) -> None:
    done = run(ci, GOOD, test)
    assert done.ret == 0
    assert done.outlines[-2] == "flaky: test_it.py::test_flaky"
    assert "1 passed, 1 flaky in " in done.outlines[-1]
    assert "failed" not in done.outlines[-1]
    done.stdout.fnmatch_lines(["*AssertionError: a bad moment*"])


def test_one_that_fails_twice_fails_the_run(ci: pytest.Pytester) -> None:
    done = run(ci, GOOD, FAILS_ONCE, FAILS_TWICE)
    assert done.ret == 1
    assert done.outlines[-2] == "flaky: test_it.py::test_flaky"
    assert "1 failed, 1 passed, 1 flaky in " in done.outlines[-1]


def test_a_failure_of_another_test_fails_the_run_at_once(ci: pytest.Pytester) -> None:
    done = run(ci, GOOD, FAILS_ONCE, IS_NO_KIND_TEST)
    assert done.ret == 1
    assert "2 failed, 1 passed in " in done.outlines[-1]


def test_where_nobody_asks_nothing_is_run_again(
    ci: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PODWATCH_RETRY_KIND")
    done = run(ci, GOOD, FAILS_ONCE)
    assert done.ret == 1
    assert "1 failed, 1 passed in " in done.outlines[-1]
