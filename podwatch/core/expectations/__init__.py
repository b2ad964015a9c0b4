"""What is expected of Pods, and whether it is met: the smoke test's verdict.

Responsible for what can be expected (`expectation`, written as `grammar` reads it), for whether
it is met by the stream's time only (`judge`, by the `checks` of each target's `view`), for what
will not heal (`permanent`) and for the words (`sentences`). Pure like the rest of the core;
renderers show the verdict.
"""

from podwatch.core.expectations.expectation import Expectations, Target
from podwatch.core.expectations.verdict import Cause, Mishap, Outcome, Result, Verdict

__all__ = ["Cause", "Expectations", "Mishap", "Outcome", "Result", "Target", "Verdict"]
