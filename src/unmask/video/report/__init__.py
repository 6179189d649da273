"""VideoAnalysis -> JSON, HTML and an annotated copy of the clip."""
