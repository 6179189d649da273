"""Is this face real? An honest answer about a picture, with evidence.

>>> from unmask import Analyzer
>>> analysis = Analyzer().analyze_path("examples/collins.jpg")
>>> print(analysis.verdict.label)
real
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unmask.analyzer import Analyzer
    from unmask.errors import UnmaskError
    from unmask.types import Analysis, Label, Limits, Outcome, Reason, Verdict

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Analyzer",
    "Label",
    "Limits",
    "Outcome",
    "Reason",
    "UnmaskError",
    "Verdict",
    "__version__",
]

_HOMES = {
    "Analyzer": "unmask.analyzer",
    "UnmaskError": "unmask.errors",
    **dict.fromkeys(
        ("Analysis", "Label", "Limits", "Outcome", "Reason", "Verdict"), "unmask.types"
    ),
}

if not TYPE_CHECKING:  # where types are checked, a name that is not above is an error

    def __getattr__(name: str) -> object:
        """Loads a public name when it is first asked for: numpy takes longer than all else together."""
        if name not in _HOMES:
            raise AttributeError(f"module 'unmask' has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

    def __dir__() -> list[str]:
        return __all__
