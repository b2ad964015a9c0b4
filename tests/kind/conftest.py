"""The cluster of the tests in this folder, and what is said where there can be none."""

import os
from collections.abc import Iterator

import pytest
from pytest_kind import KindCluster

from tests.kind.clusters import NoCluster, fresh, reused, tools

CLUSTER = "podwatch-test"
MISSING = pytest.StashKey[str]()
TABLE = pytest.StashKey[list[str]]()
"""What came out of the workloads of `test_verdicts.py`."""


@pytest.fixture(scope="session")
def cluster(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KindCluster]:
    """A new kind cluster whose nodes are all ready; removed at the end of the run.

    With pytest-kind's --keep-cluster it stays, and the next such run uses it again.
    """
    option = pytestconfig.getoption
    try:
        use = tools(option("kind_bin"), option("kind_kubectl_bin"))
    except NoCluster as error:
        why = str(error)
    else:
        why = ""
    if why and (option("require_kind") or os.environ.get("PODWATCH_REQUIRE_KIND") == "1"):
        pytest.fail(f"the kind tests are required, but there is {why}", pytrace=False)
    if why:
        pytestconfig.stash[MISSING] = why
        pytest.skip(why)
    keep, name = option("keep_cluster"), option("cluster_name")
    named = CLUSTER if name == "pytest-kind" else name  # pytest-kind's default
    place = (reused if keep else fresh)(named, use, tmp_path_factory.mktemp("cluster"))
    with place as made:
        yield made


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    """The table of the verdicts; and, so that it is not overlooked, what could not be run."""
    yield
    for row in config.stash.get(TABLE, ()):
        terminalreporter.write_line(row)
    if (why := config.stash.get(MISSING, None)) is None:
        return
    skipped = terminalreporter.stats.get("skipped", [])
    number = sum("kind" in report.keywords for report in skipped)
    terminalreporter.write_line(
        f"NOT RUN: {number} kind tests: {why}; see CONTRIBUTING.md", yellow=True, bold=True
    )
