"""What is expected of Pods, and whether it is met: the smoke test's verdict.

Responsible for the grammar (`grammar`), the judging by the stream's time only (`judge`; what it
keeps of a target is `case`, what comes out `verdict`), the
rules about states in which nothing will change by itself (`hopeless`) and what is still waited
for (`awaited`). Pure like the rest of the core; renderers show the verdict.
"""

from podwatch.core.expectations.grammar import Budget, Expectations, Target, Word
from podwatch.core.expectations.judge import Judge
from podwatch.core.expectations.verdict import Cause, Outcome, Result, Verdict

__all__ = [
    "Budget",
    "Cause",
    "Expectations",
    "Judge",
    "Outcome",
    "Result",
    "Target",
    "Verdict",
    "Word",
]
