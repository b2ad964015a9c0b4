"""How texts are put in form."""

import pytest

from podwatch.core.text import capitalized


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("the kubelet waits.", "The kubelet waits."),
        ("docker.io has no image x.", "docker.io has no image x."),
        ("worker-2 does not report.", "worker-2 does not report."),
        ("", ""),
    ],
    ids=["a word", "a host", "a node", "nothing"],
)
def test_a_sentence_that_stands_alone_begins_large_unless_with_a_name(
    text: str, alone: str
) -> None:
    assert capitalized(text) == alone
