"""Many pictures in, one outcome for each; a bad file is a failure in its place."""

from pathlib import Path

from unmask import Analyzer

for outcome in Analyzer(explain=False).analyze_many(sorted(Path("examples").glob("*.*"))):
    print(outcome.name, outcome.analysis.verdict.label if outcome.ok else outcome.failure.message)
