"""One module per family of metrics; each takes a `Sample` and gives one value per resample."""

from unmask.evaluation.metrics.catalogue import BY_KEY, METRICS, RANKING, Metric, Needs

__all__ = ["BY_KEY", "METRICS", "RANKING", "Metric", "Needs"]
