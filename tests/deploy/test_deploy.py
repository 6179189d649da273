"""The files of deploy/: what they name exists, what they promise holds; as far as that goes without an engine."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from unmask.apps.cli.serve import serve
from unmask.apps.server import drift
from unmask.apps.server.metrics import Metrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana/dashboards/unmask.json").read_text())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
RULES = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())
KUBERNETES = yaml.safe_load((DEPLOY / "kubernetes/unmask.yaml").read_text())["items"]
DOCKERFILE = (DEPLOY / "docker/Dockerfile").read_text()
UNIT = (DEPLOY / "systemd/unmask.service").read_text()

SELECTOR = re.compile(r"\b(unmask_\w+)(?:\{([^}]*)\})?")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
GROUPING = re.compile(r"\b(?:by|on)\s*\(([^)]*)\)")


def series() -> dict[str, set[str]]:
    """Every name that /metrics can show, with its labels."""
    ends = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}
    found = {}
    for metric in Metrics().__dict__.values():
        if isinstance(metric, MetricWrapperBase):
            for end in ends[metric._type]:
                labels = set(metric._labelnames) | ({"le"} if end == "_bucket" else set())
                found[metric._name + end] = labels
    return found | {"unmask_build_info": {"version"}}


SERIES = series()


def expressions() -> list[str]:
    panels = [t["expr"] for p in DASHBOARD["panels"] for t in p.get("targets", [])]
    variables = [
        v["query"]["query"] for v in DASHBOARD["templating"]["list"] if v["type"] == "query"
    ]
    rules = [rule["expr"] for group in RULES["groups"] for rule in group["rules"]]
    return panels + variables + rules


@pytest.mark.parametrize("expression", expressions())
def test_every_metric_and_label_of_the_dashboard_and_the_rules_exists(expression):
    named = SELECTOR.findall(expression)
    assert named or 'up{job="unmask"}' in expression
    known = {"job"}
    for name, labels in named:
        assert name in SERIES, name
        assert set(LABEL.findall(labels)) <= SERIES[name], name
        known |= SERIES[name]
    for labels in GROUPING.findall(expression):
        assert {label.strip() for label in labels.split(",")} <= known


def test_every_metric_is_shown_somewhere():
    text = "\n".join(expressions())
    families = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in SERIES}
    assert not [name for name in families if name not in text]


def test_the_dashboard_shows_what_was_promised():
    titles = " ".join(panel["title"].lower() for panel in DASHBOARD["panels"])
    for promised in ("verdicts", "time to answer", "errors", "against the card"):
        assert promised in titles


def test_drift_is_compared_as_it_is_measured():
    (panel,) = (p for p in DASHBOARD["panels"] if "unmask_drift" in str(p.get("targets")))
    alarm = panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["value"]
    assert f"unmask_drift) > {alarm}" in "\n".join(expressions())
    assert panel["targets"][1]["expr"].endswith(f"/ {drift.LATEST}")


def test_panels_have_places_and_ids_of_their_own():
    panels = DASHBOARD["panels"]
    assert len({p["id"] for p in panels}) == len(panels)
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
    assert len(set(places)) == len(places)
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in panels)


def test_the_data_source_is_the_one_that_is_provisioned():
    known = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uids = {source["uid"] for source in known["datasources"]}
    assert {p["datasource"]["uid"] for p in DASHBOARD["panels"] if "datasource" in p} <= uids


def test_compose_opens_nothing_to_the_world():
    for name, service in COMPOSE["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert "privileged" not in service and "network_mode" not in service
    assert COMPOSE["services"]["unmask"]["read_only"] is True
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_what_compose_mounts_and_builds_is_there():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (
                (DEPLOY / source).exists()
                if source.startswith(".")
                else source in COMPOSE["volumes"]
            )
    build = COMPOSE["services"]["unmask"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "docker/Dockerfile")


def test_prometheus_asks_the_service_with_its_key():
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    job = config["scrape_configs"][0]
    assert job["static_configs"][0]["targets"] == ["unmask:8000"]
    assert Path(job["authorization"]["credentials_file"]).parent == Path("/etc/prometheus")
    assert "deploy/prometheus/key" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_image_is_not_root_and_checks_its_health():
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.index("USER 10001") < DOCKERFILE.index("ENTRYPOINT")
    assert "HEALTHCHECK" in DOCKERFILE and "/readyz" in DOCKERFILE
    assert "curl" not in DOCKERFILE.split("\nFROM ")[2]


def test_the_image_installs_extras_that_exist():
    extras = re.search(r'"\.\[([^\]]+)\]"', DOCKERFILE)[1].split(",")
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert "serve" in extras
    assert set(extras) <= set(known)


def test_the_image_takes_only_what_it_builds():
    ignored = (DEPLOY / "docker/Dockerfile.dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \./?\S*$", DOCKERFILE, re.MULTILINE)
    assert ignored[0] == "*"
    for name in " ".join(copied).split():
        assert f"!{name}" in ignored
        assert (ROOT / name).exists()


def parses(arguments: list[str]) -> click.Context:
    return serve.make_context("serve", arguments, resilient_parsing=False)


def test_every_command_line_is_understood():
    unit = re.search(r"^ExecStart=\S+/unmask serve (.+)$", UNIT, re.MULTILINE)[1].split()
    assert parses(unit).params["host"] == "127.0.0.1"
    image = json.loads(re.search(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[1])
    assert parses(image).params["host"] == "0.0.0.0"
    for item in KUBERNETES:
        if item["kind"] in ("Deployment", "StatefulSet"):
            for container in item["spec"]["template"]["spec"]["containers"]:
                parses(container["args"])


def test_the_unit_has_no_more_than_it_needs():
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "PrivateTmp=yes", "CapabilityBoundingSet="):  # fmt: skip
        assert line in UNIT.splitlines()


def test_kubernetes_asks_paths_that_exist_and_runs_nothing_as_root():
    paths = {"/healthz", "/readyz"}
    for item in KUBERNETES:
        if item["kind"] not in ("Deployment", "StatefulSet"):
            continue
        pod = item["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert item["spec"]["selector"]["matchLabels"].items() <= item["spec"]["template"]["metadata"]["labels"].items()  # fmt: skip
        for container in pod["containers"]:
            asked = {container[p]["httpGet"]["path"] for p in ("livenessProbe", "readinessProbe")}
            assert asked == paths
            assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_jobs_go_to_one_server_and_pictures_to_many():
    by_name = {(i["kind"], i["metadata"]["name"]): i for i in KUBERNETES}
    assert by_name["StatefulSet", "unmask-jobs"]["spec"]["replicas"] == 1
    rules = by_name["Ingress", "unmask"]["spec"]["rules"][0]["http"]["paths"]
    assert {r["path"]: r["backend"]["service"]["name"] for r in rules} == {
        "/v1/jobs": "unmask-jobs",
        "/": "unmask",
    }
