"""Text from a cluster in the runner's language: it may say anything and do nothing."""

import pytest

from podwatch.renderers.verdict.github import annotation, plain


@pytest.mark.parametrize(
    "line", ["::error::gotcha", "  ::set-env name=PATH::x", "a ##[command]b", "##[error]x"]
)
def test_a_line_of_a_log_is_no_workflow_command(line: str) -> None:
    shown = plain(line)
    assert not shown.lstrip().startswith("::")
    assert "##[" not in shown


def test_an_annotation_ends_where_it_shall() -> None:
    made = annotation("error", "a,b:c", "50%\nthen ::error::x\x1b[31m")
    assert made == "::error title=a%2Cb%3Ac::50%25%0Athen ::error::x␛[31m"
    assert "\n" not in made
