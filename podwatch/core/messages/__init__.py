"""What the raw texts of Kubernetes say, in plain words.

`cause` decodes an error of a runtime, a plugin, a registry, the kubelet or the API server
(concepts/messages.toml lists the classes), `why_unscheduled` what the scheduler says of nodes
(concepts/scheduling.toml). `readable` only takes away what says nothing. Texts of containers' own
programs are not decoded, as what they mean only their authors know; `last_line` chooses the one
that is quoted, and `last_words` what it blames (concepts/last-words.toml).
"""

from podwatch.core.messages.causes import Decoded, cause
from podwatch.core.messages.cleaning import readable
from podwatch.core.messages.last_words import last_line
from podwatch.core.messages.scheduling import Why, why_unscheduled

__all__ = ["Decoded", "Why", "cause", "last_line", "readable", "why_unscheduled"]
