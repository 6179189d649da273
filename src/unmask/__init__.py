"""Is this face real? An honest answer about a picture, with evidence.

>>> from unmask import Analyzer
>>> analysis = Analyzer().analyze_path("examples/collins.jpg")
>>> print(analysis.verdict.label)
real
"""

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
