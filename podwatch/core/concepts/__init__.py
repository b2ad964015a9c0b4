"""What it means: the catalogue of concepts, one TOML file each.

`patterns` is the engine (facts → match, fill), `concept` the values, `loader` reads the files,
`catalog` chooses, `explanation` composes the texts; `facts` names what is known of a transition
or an Event, and `terms` answers what a person asks for. What happened is decided in
`podwatch.core.transitions`.
"""

from podwatch.core.concepts.catalog import Catalog
from podwatch.core.concepts.concept import Concept, Weight
from podwatch.core.concepts.explanation import Explanation
from podwatch.core.concepts.loader import catalog, concept

__all__ = ["Catalog", "Concept", "Explanation", "Weight", "catalog", "concept"]
