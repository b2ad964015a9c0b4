"""What a test is shown by podwatch, where a CI system reads the report."""

import pytest

from podwatch.app.in_test import printable
from tests.cases import cases


@cases(
    "variable value shown",
    {
        "GitHub": ("GITHUB_ACTIONS", "true", "## [error]x"),
        "Azure": ("TF_BUILD", "True", "## [error]x"),
        "a terminal": ("TERM", "xterm", "##[error]x"),
    },
)
def test_a_command_is_none_where_somebody_would_act_on_it(
    variable: str, value: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    assert printable("##[error]x") == shown
