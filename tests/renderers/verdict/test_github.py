"""Text from a cluster in the runner's language: it may say anything and do nothing."""

import pytest

from podwatch.renderers.verdict.github import annotation, outputs, plain
from tests import runner


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


@pytest.mark.parametrize(
    "sentence",
    ["pod/web: ready", "a\nverdict=met", "x\r\nend-0\nverdict<<E\nmet\nE", "##[add-mask]e", ""],
)
def test_an_output_is_one_value_whatever_a_sentence_says(sentence: str) -> None:
    read = runner.outputs(outputs("violated", 1, sentence) + outputs("violated", 1, sentence))
    assert read.keys() == {"verdict", "exit-code", "sentence"}
    assert (read["verdict"], read["exit-code"]) == ("violated", "1")
    assert "\n" not in read["sentence"]
    assert "##[" not in read["sentence"]


def test_nobody_can_know_the_line_that_ends_a_value() -> None:
    assert outputs("met", 0, "") != outputs("met", 0, "")
