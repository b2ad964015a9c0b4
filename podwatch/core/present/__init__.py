"""What a present state is, what it waits for and whether it can heal: one answer for all.

Responsible for the walk over a Pod's parts (`symptoms`), for the states of concepts/states.toml
(`states`) and for what a Pod waits for (`waits`). Asked by silence, rows, `explain` and `expect`;
how a state came about is not its business.
"""

from podwatch.core.present.facts import Symptom
from podwatch.core.present.states import PresentState, present_states
from podwatch.core.present.symptoms import symptoms
from podwatch.core.present.waits import countdown

__all__ = ["PresentState", "Symptom", "countdown", "present_states", "symptoms"]
