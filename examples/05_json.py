"""The published JSON form of an answer; its schema is in docs/schema/."""

import json

from unmask import Analyzer
from unmask.reports.schema import to_json

print(json.dumps(to_json(Analyzer().analyze_path("examples/collins.jpg")), indent=2))
