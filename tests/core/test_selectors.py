"""Label selectors select as Kubernetes does."""

import pytest

from podwatch.core.kube.selectors import requirements
from podwatch.errors import ExitCode, PodwatchError


@pytest.mark.parametrize(
    ("selector", "holds"),
    [
        ("app=web", True),
        ("app==web,tier!=db", True),
        ("app in (web, api),tier notin (db)", True),
        ("app", True),
        ("!app", False),
        ("app=api", False),
        ("tier", False),
    ],
)
def test_a_selector_selects_as_in_kubernetes(selector: str, holds: bool) -> None:
    assert all(one.holds({"app": "web"}) for one in requirements(selector)) is holds


def test_what_is_no_selector_is_refused() -> None:
    with pytest.raises(PodwatchError, match="not a label selector") as caught:
        requirements("app=(web")
    assert caught.value.exit_code == ExitCode.USAGE
