"""What the raw texts of Kubernetes say, in plain words.

`cause` decodes an error of a runtime, a plugin, a registry, the kubelet or the API server
(concepts/messages.toml lists the classes), `why_unscheduled` what the scheduler says of nodes
(concepts/scheduling.toml). `readable` only takes away what says nothing. Texts of containers' own
programs are not decoded: what they mean only their authors know.
"""

from podwatch.core.messages.causes import Decoded, cause
from podwatch.core.messages.cleaning import last_line, readable
from podwatch.core.messages.scheduling import Why, why_unscheduled

__all__ = ["Decoded", "Why", "cause", "last_line", "readable", "why_unscheduled"]
