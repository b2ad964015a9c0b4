"""Findings and diagnoses as plain values, as JSON has them.

Responsible for the fields that stay (docs/agents.md): they are added, never renamed or removed.
"""

from datetime import datetime

import msgspec


class FindingPart(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One thing about a Pod's present state."""

    state: str
    """the id of the present state, which stays"""
    role: str
    """cause, wait, fine, follows (from the findings before it), note or past"""
    fact: str
    """the news in about 50 characters"""
    sentence: str
    """what is the matter, as a whole sentence"""
    who: str
    """who can change it"""
    cure: str
    """what they can do"""
    tries: tuple[str, ...]
    """commands that tell more"""
    waits_for: str
    """what it waits for in a few words, or what comes at `until`"""
    until: datetime | None
    """when the wait ends at the earliest, where the Pod's fields say it"""
    concept: str | None
    """the id of the lesson about it"""
    permanent: bool
    """whether it is trouble in which nothing will change by itself"""
    docs: str
    """the page of kubernetes.io"""


class DiagnosisPart(FindingPart, frozen=True, kw_only=True):
    """What is the matter with one version of a Pod; all but `findings` is that of the first."""

    findings: tuple[FindingPart, ...]
    """all of them, the cause first; never empty"""
