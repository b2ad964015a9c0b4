"""The dashboard on a real cluster, in four sizes, while twelve workloads break or are well."""

import re

import pytest
from pytest_kind import KindCluster

from tests.kind.live import SIZES, Dashboard, watched

pytestmark = [pytest.mark.kind, pytest.mark.full]

BROKEN = ("catalog", "greeter", "import", "render", "search")
"""What is in trouble at every moment from the fortieth second on; what crashes also runs now and
then."""
CUT = re.compile(r"(?:CrashLoop|ImagePull|ErrImage|CreateContainer|OOMK)[A-Za-z]*…")


@pytest.fixture(scope="module")
def shown(cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory) -> list[Dashboard]:
    """What each dashboard showed in two minutes."""
    return watched(cluster, tmp_path_factory.mktemp("live") / "twelve.jsonl")


@pytest.fixture(params=range(len(SIZES)), ids=[f"{width}x{height}" for width, height in SIZES])
def one(request: pytest.FixtureRequest, shown: list[Dashboard]) -> Dashboard:
    number: int = request.param
    return shown[number]


def test_no_status_is_cut(one: Dashboard) -> None:
    for screen in one.screens:
        assert not [line for line in screen.lines if CUT.search(line)], screen.seconds


def test_what_is_in_trouble_is_on_the_screen_and_comes_first_where_not_all_fits(
    one: Dashboard,
) -> None:
    for screen in one.screens:
        if screen.seconds < 40:
            continue
        if one.height >= 40:
            text = "\n".join(screen.lines)
            missing = [name for name in BROKEN if not re.search(rf"✖ (⊞ |  )?{name}", text)]
            assert not missing, screen.seconds
        else:
            heading = next(at for at, line in enumerate(screen.lines) if "READY STATUS" in line)
            rows = [line.strip(" ┃│▸") for line in screen.lines[heading + 1 : heading + 5]]
            assert [row[0] for row in rows] == ["✖"] * 4, screen.seconds


def test_they_are_counted(one: Dashboard) -> None:
    for screen in one.screens:
        found = re.search(r"✖ (\d+)", screen.lines[0])
        if screen.seconds >= 40:
            assert found is not None, screen.seconds
            assert int(found[1]) > len(BROKEN)
