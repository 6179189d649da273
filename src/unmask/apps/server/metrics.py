"""What happened in, Prometheus text out: requests, latency, verdicts, queue, model time, refusals."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from unmask import __version__
from unmask.apps.server.drift import Drift

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SHARES = tuple(round(0.05 * n, 2) for n in range(1, 21))


class Metrics:
    """One registry for each server, so that two of them in a process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests", "method", "route", "status")
        self.latency = self._histogram("request_seconds", "Time to answer", SECONDS, "route")
        self.verdicts = self._counter("verdicts", "Answers", "detector", "label", "reason")
        self.scores = self._histogram(
            "fake_probability", "Calibrated probability per face", SHARES, "detector"
        )
        self.rejected = self._counter("rejected", "Inputs refused", "code")
        self.model_seconds = self._histogram(
            "model_seconds", "Time inside a worker", SECONDS, "kind"
        )
        self.queue_seconds = self._histogram("queue_seconds", "Time until a worker", SECONDS)
        self.queue = self._gauge("queue_waiting", "Requests waiting for a worker")
        self.uploads = self._gauge("uploads", "Uploads under way")
        self.upload_bytes = self._gauge("upload_bytes", "Memory held by uploads")
        self.workers = self._gauge("workers_ready", "Workers ready")
        self.replaced = self._counter("workers_replaced", "Workers replaced", "cause")
        self.cache = self._counter("cache", "Answers looked up", "outcome")
        self.job_pictures = self._counter("job_pictures", "Pictures of jobs answered", "outcome")
        self.jobs_waiting = self._gauge("job_pictures_waiting", "Pictures of jobs to do")
        self.webhooks = self._counter("webhooks", "Webhooks", "outcome")
        self.streams = self._gauge("streams", "Streams open")
        self.frames = self._counter("stream_frames", "Frames", "outcome")
        self.detector = self._gauge(
            "detector_info", "Detectors on offer", "detector", "version", "sha256"
        )
        self.card = self._gauge(
            "detector_card", "What the card promises", "detector", "budget", "quantity"
        )
        self.drift = self._gauge(
            "drift", "Distance of the latest scores from any mixture the card knows", "detector"
        )
        self.drift_faces = self._gauge("drift_faces", "Faces that were compared", "detector")
        self._drifts: dict[str, Drift] = {}
        self._gauge("build_info", "The version of unmask", "version").labels(__version__).set(1)

    def text(self) -> bytes:
        for name, drift in self._drifts.items():
            self.drift.labels(name).set(drift.distance)
            self.drift_faces.labels(name).set(drift.faces)
        return generate_latest(self.registry)

    def introduce(self, detectors: list[dict[str, Any]]) -> None:
        """The card's numbers stand beside the live ones, so that a dashboard can compare them."""
        for d in detectors:
            self.detector.labels(d["name"], d["version"], d["sha256"]).set(1)
            if d["score_histogram"]:
                self._drifts[d["name"]] = Drift(d["score_histogram"])
            for policy in d["policies"]:
                budget = f"{policy['false_alarm_budget']:g}"
                for quantity in ("fake_above", "real_below"):
                    self.card.labels(d["name"], budget, quantity).set(policy[quantity])
                for quantity in ("false_alarm_rate", "miss_rate"):
                    for part in ("value", "low", "high"):
                        name = quantity if part == "value" else f"{quantity}_{part}"
                        self.card.labels(d["name"], budget, name).set(policy[quantity][part])

    def judged(self, wish: dict[str, Any], header: dict[str, Any]) -> None:
        detector = "+".join(wish["detector"])
        self.verdicts.labels(detector, header["label"], header["reason"]).inc()
        for probability in header["probabilities"]:
            if probability is not None:
                self.scores.labels(detector).observe(probability)
        if detector in self._drifts:
            self._drifts[detector].add(header["probabilities"])

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace="unmask", registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, namespace="unmask", registry=self.registry)

    def _histogram(
        self, name: str, text: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(
            name, text, labels, namespace="unmask", registry=self.registry, buckets=buckets
        )
