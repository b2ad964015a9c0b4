"""The verdict as JSON is what its schema says, and the stories are what makes it long."""

import json
from pathlib import Path

import msgspec
import pytest

from podwatch.renderers.verdict.json import VerdictLine
from podwatch.scenarios import names, scenario
from tests.command import called

SCHEMA = Path(__file__).parents[3] / "docs" / "verdict.schema.json"


@pytest.mark.parametrize("name", ["overview", "missing-image", "quota", "crash-loop"])
def test_a_line_is_what_the_schema_says(name: str) -> None:
    assert name in names()
    recording = str(scenario(name).recording)
    done = called("expect", "deployment/web", "pod/x", "--replay", recording, "-o", "json")
    line = json.loads(done.stdout)
    msgspec.convert(line, VerdictLine)
    defs = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
    whole, part = defs["VerdictLine"], defs["ResultPart"]
    assert set(line) == set(whole["properties"]) == set(whole["required"])
    assert all(set(one) == set(part["properties"]) for one in line["results"])
    assert line["apiVersion"] == "podwatch/v1"
    assert list(line)[:5] == ["kind", "apiVersion", "outcome", "exitCode", "sentence"]
    del line["pods"]
    assert len(json.dumps(line)) < 4096
