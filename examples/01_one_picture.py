"""One picture in, an answer out."""

from unmask import Analyzer

analysis = Analyzer().analyze_path("examples/collins.jpg")
print(analysis.verdict.label, f"{analysis.verdict.fake_probability:.0%}", analysis.verdict.reason)
