"""The pages of docs/concepts/. That they are current is checked by `make check`."""

import html
import re
from pathlib import Path

import pytest

from podwatch.core.concepts import Concept, catalog, concept
from podwatch.core.concepts.examples import examples
from podwatch.scenarios import Scenario, Step, parsed

FOLDER = Path(__file__).parent.parent / "docs/concepts"


def page(name: str) -> str:
    assert (FOLDER / name).is_file(), f"there is no docs/concepts/{name} yet: run `make docs`"
    return (FOLDER / name).read_text("utf-8")


@pytest.mark.parametrize("one", [pytest.param(one, id=one.id) for one in catalog().by_id.values()])
def test_a_concept_that_a_recording_shows_has_its_picture(one: Concept) -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", page(f"{one.id}.md"))
    assert len(pictures) == bool(one.shown_by)
    for picture in pictures:
        words = "".join(re.findall(r">([^<]*)</text>", page(picture))).replace("&#160;", " ")
        assert one.title.split()[0] in html.unescape(words)


def test_every_link_between_pages_leads_somewhere() -> None:
    for path in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^):]+)\)", path.read_text("utf-8")):
            assert (FOLDER / target).is_file(), f"{path.name} links to {target}"


def test_no_page_shows_a_place_that_only_a_real_pod_fills() -> None:
    for path in FOLDER.glob("*.md"):
        assert re.search(r"\{[a-z_]+\.[a-z_]+\}", path.read_text("utf-8")) is None, path.name


def test_the_diagrams_are_made_of_what_follows_what() -> None:
    arrows = set(re.findall(r"^  (\w+) --> (\w+)$", page("README.md"), re.M))
    known = {
        (one.id.replace("-", "_"), following.replace("-", "_"))
        for one in catalog().by_id.values()
        for following in one.next
    }
    assert arrows <= known
    assert ("created", "scheduled") in arrows
    assert len(arrows) > 50


@pytest.mark.parametrize("page", ["adding-a-concept.md", "adding-a-scenario.md"])
def test_each_key_of_a_file_is_in_the_page_about_it(page: str) -> None:
    text = (FOLDER.parent / page).read_text("utf-8")
    keys = [*Scenario.__struct_fields__, *Step.__struct_fields__]
    keys.remove("name")
    if "concept" in page:
        keys = [field.rstrip("_") for field in (*Concept.__struct_fields__, "example")]
        keys.remove("id")
    assert [key for key in keys if not re.search(rf"[`\[]{key}\b|^{key} = ", text, re.M)] == []


def test_the_files_in_the_pages_about_them_can_be_read() -> None:
    one, scenario = (
        next(re.finditer(r"```toml\n(title.*?)```", (FOLDER.parent / page).read_text(), re.S))[1]
        for page in ("adding-a-concept.md", "adding-a-scenario.md")
    )
    assert concept("x", one).when
    assert [example.sentence for example in examples("x", one)]
    assert parsed("x", scenario).steps


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 6_000_000
