"""The chart makes what clusters take: by Kubernetes' own schemas, old and new, and by helm's, old and new."""

import re
import tomllib
from copy import deepcopy
from itertools import pairwise

import pytest
import yaml

from connectors.kafka.settings import Membership, producer_properties
from dataflows.assembly import FLOWS, inbox_of, inputs_of, load_rules
from schemas.contracts.topics import load_topics
from tests.deployment.helm import CHART, Helm, HelmRefused
from tests.deployment.resources import Cluster, Manifest
from tests.deployment.workloads import containers, of_kind, pods

BOOTSTRAP = "kafka.bootstrap=kafka-0:9092\\,kafka-1:9092"
EVERYTHING = (
    BOOTSTRAP,
    "kafka.optionsSecret=kafka-account",
    "registry.url=http://registry:8081",
    "files.channels=our-channels",
    "files.erps=our-erps",
    "erps.main.url=http://erp:8085",
    "erps.north_america.url=https://erp.example/api",
    "erps.webshop.url=https://shop.example",
    "erps.webshop.secretsSecret=webshop-token",
    "image.pullSecrets={our-registry}",
    "flows.orders.storage.className=fast",
    "scaling.enabled=true",
    "scaling.authentication=kafka-account",
    "ingest.enabled=true",
    "ingest.secretsSecret=webhook-secrets",
    "ingest.sources={shopify,portal}",
    "monitoring.enabled=true",
    "monitoring.labels.team=orders",
)
SETTINGS = pytest.mark.parametrize("settings", ((BOOTSTRAP,), EVERYTHING), ids=("least", "everything"))
RULES = load_rules()
STATEFUL = tuple(flow for flow in FLOWS if inbox_of(flow, RULES) is not None)


def test_helm_finds_nothing_wrong(helm: Helm) -> None:
    assert "0 chart(s) failed" in helm.lint(BOOTSTRAP)


@SETTINGS
def test_a_cluster_takes_every_manifest(helm: Helm, cluster: Cluster, settings: tuple[str, ...]) -> None:
    findings = [finding for manifest in helm.manifests(*settings) for finding in cluster.findings(manifest)]
    assert [] == findings


def test_a_cluster_finds_what_is_wrong(helm: Helm, cluster: Cluster) -> None:
    for kind, field in (("StatefulSet", "replica"), ("ScaledObject", "maxReplicas"), ("ServiceMonitor", "endpoint")):
        manifest = deepcopy(next(iter(of_kind(helm.manifests(*EVERYTHING), kind).values())))
        manifest["spec"][field] = 1
        (finding,) = cluster.findings(manifest)
        assert field in finding


def test_every_flow_has_its_set_service_and_disruption_budget(helm: Helm) -> None:
    manifests = helm.manifests(BOOTSTRAP)
    expected = {f"shop-{flow}" for flow in FLOWS}
    for kind in ("StatefulSet", "Service", "PodDisruptionBudget"):
        assert expected == of_kind(manifests, kind).keys()


def _selector(manifest: Manifest) -> dict[str, str]:
    selector = manifest["spec"]["selector"]
    return dict(selector.get("matchLabels", selector))


@pytest.mark.parametrize("kind", ("Service", "PodDisruptionBudget", "ServiceMonitor", "StatefulSet", "Deployment"))
def test_a_selector_meets_the_pods_of_one_program_only(helm: Helm, kind: str) -> None:
    manifests = helm.manifests(*EVERYTHING)
    programs = of_kind(manifests, "StatefulSet") | of_kind(manifests, "Deployment")
    labels = {name: each["spec"]["template"]["metadata"]["labels"] for name, each in programs.items()}
    for name, manifest in of_kind(manifests, kind).items():
        selector = _selector(manifest).items()
        assert [name] == [other for other, there in labels.items() if selector <= there.items()]


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_with_state_keeps_it_on_a_volume_of_its_number(helm: Helm, flow: str) -> None:
    spec = of_kind(helm.manifests(BOOTSTRAP), "StatefulSet")[f"shop-{flow}"]["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    claims = [claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", ())]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert (["state"] if flow in STATEFUL else []) == claims
    assert "/state" == mounted["state"]
    assert "--state" in container["args"]
    assert (flow in STATEFUL) == ("--standby" in container["args"])


def test_the_replica_is_the_number_of_the_pod(helm: Helm) -> None:
    for flow in FLOWS:
        (container,) = pods(helm.manifests(BOOTSTRAP))[f"shop-{flow}"]["containers"]
        (variable,) = container["env"]
        assert "metadata.labels['apps.kubernetes.io/pod-index']" == variable["valueFrom"]["fieldRef"]["fieldPath"]
        assert f"$({variable['name']})" == container["args"][container["args"].index("--replica") + 1]


@SETTINGS
def test_every_container_can_do_as_little_as_possible(helm: Helm, settings: tuple[str, ...]) -> None:
    manifests = helm.manifests(*settings)
    for pod in pods(manifests).values():
        assert pod["securityContext"]["runAsNonRoot"]
        assert {"type": "RuntimeDefault"} == pod["securityContext"]["seccompProfile"]
        assert pod["automountServiceAccountToken"] is False
    for _, container in containers(manifests):
        assert {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        } == container["securityContext"]


@SETTINGS
def test_every_mount_has_its_volume(helm: Helm, settings: tuple[str, ...]) -> None:
    manifests = helm.manifests(*settings)
    claimed = {
        name: each["spec"].get("volumeClaimTemplates", ()) for name, each in of_kind(manifests, "StatefulSet").items()
    }
    for name, container in containers(manifests):
        volumes = {volume["name"] for volume in pods(manifests)[name]["volumes"]}
        volumes |= {claim["metadata"]["name"] for claim in claimed.get(name, ())}
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes


def test_whatever_reads_a_file_has_it(helm: Helm) -> None:
    """Every path below /etc/orderline that an argument names is mounted."""
    for name, container in containers(helm.manifests(*EVERYTHING)):
        named = {path for path in container.get("args", ()) if path.startswith("/etc/orderline/")}
        mounted = tuple(mount["mountPath"] for mount in container.get("volumeMounts", ()))
        assert [] == [path for path in named if not path.startswith(mounted)], name


def test_a_shop_has_its_own_secret_and_no_other_connector_sees_it(helm: Helm) -> None:
    programs = pods(helm.manifests(*EVERYTHING))
    secrets = {
        name: [volume["secret"]["secretName"] for volume in pod["volumes"] if volume["name"] == "secrets"]
        for name, pod in programs.items()
        if name.startswith("shop-erp-connector-")
    }
    assert {
        "shop-erp-connector-main": [],
        "shop-erp-connector-north-america": [],
        "shop-erp-connector-webshop": ["webshop-token"],
    } == secrets
    (container,) = programs["shop-erp-connector-webshop"]["containers"]
    assert "/etc/orderline/secrets" in {mount["mountPath"] for mount in container["volumeMounts"]}


def test_what_runs_for_long_is_probed_and_bounded(helm: Helm) -> None:
    for name, pod in pods(helm.manifests(*EVERYTHING)).items():
        if pod.get("restartPolicy") == "Never":
            continue
        for container in pod["containers"]:
            paths = [container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")]
            assert ["/livez", "/livez", "/readyz"] == paths, name
            assert {"requests", "limits"} == container["resources"].keys()


def test_a_pod_is_given_longer_than_its_last_commit(helm: Helm) -> None:
    transaction_ms = producer_properties(Membership("", "", "", 0), "")["transaction.timeout.ms"]
    for pod in pods(helm.manifests(BOOTSTRAP)).values():
        grace_s = pod.get("terminationGracePeriodSeconds")
        assert grace_s is None or grace_s * 1_000 > int(transaction_ms)


def test_scaling_never_goes_beyond_the_partitions(helm: Helm) -> None:
    scaled = of_kind(helm.manifests(*EVERYTHING, "kafka.partitions=6"), "ScaledObject")
    assert {f"shop-{flow}" for flow in FLOWS} == scaled.keys()
    assert 6 == max(each["spec"]["maxReplicaCount"] for each in scaled.values())


def test_scaling_looks_at_topics_and_groups_that_are(helm: Helm) -> None:
    for name, scaled in of_kind(helm.manifests(*EVERYTHING), "ScaledObject").items():
        flow = name.removeprefix("shop-")
        (trigger,) = scaled["spec"]["triggers"]
        assert Membership("", "orderline", flow, 0).group == trigger["metadata"]["consumerGroup"]
        inputs = inputs_of(flow, RULES)
        assert (inputs[0] if len(inputs) == 1 else None) == trigger["metadata"].get("topic")


def test_a_number_of_replicas_is_either_given_or_scaled(helm: Helm) -> None:
    for settings, given in (((BOOTSTRAP,), True), (EVERYTHING, False)):
        sets = of_kind(helm.manifests(*settings), "StatefulSet")
        assert {given} == {"replicas" in sets[f"shop-{flow}"]["spec"] for flow in FLOWS}


def test_receivers_are_reached_by_a_service_that_knows_who_is_ready(helm: Helm) -> None:
    manifests = helm.manifests(*EVERYTHING)
    service = of_kind(manifests, "Service")["shop-ingest"]["spec"]
    assert service.keys().isdisjoint({"clusterIP", "publishNotReadyAddresses"})
    (container,) = pods(manifests)["shop-ingest"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert {"receive", "http"} == ports.keys() == {port["targetPort"] for port in service["ports"]}
    arguments = dict(pairwise(container["args"]))
    assert f"0.0.0.0:{ports['receive']}" == arguments["--listen"]
    assert f"0.0.0.0:{ports['http']}" == arguments["--http"]
    mounted = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    secrets = {volume["name"]: volume.get("secret") for volume in pods(manifests)["shop-ingest"]["volumes"]}
    assert {"secretName": "webhook-secrets"} == secrets[mounted[arguments["--secrets"]]]


def test_receivers_without_secrets_are_refused(helm: Helm) -> None:
    with pytest.raises(HelmRefused, match=re.escape("ingest.secretsSecret is missing")):
        helm.manifests(BOOTSTRAP, "ingest.enabled=true")


def test_topics_are_made_of_the_channel_files_that_the_flows_read(helm: Helm) -> None:
    (topics, *_) = pods(helm.manifests(*EVERYTHING))["shop-preflight"]["initContainers"]
    (intake,) = pods(helm.manifests(*EVERYTHING))["shop-intake"]["containers"]
    folders = [dict(pairwise(container["args"]))["--channels"] for container in (topics, intake)]
    assert 1 == len(set(folders))


def test_schemas_are_registered_for_the_erp_files_that_the_flows_read(helm: Helm) -> None:
    (_, registered) = pods(helm.manifests(*EVERYTHING))["shop-preflight"]["initContainers"]
    (dispatch,) = pods(helm.manifests(*EVERYTHING))["shop-dispatch"]["containers"]
    folders = [dict(pairwise(container["args"]))["--erps"] for container in (registered, dispatch)]
    assert 1 == len(set(folders))
    assert {"name": "erps", "mountPath": folders[0], "readOnly": True} in registered["volumeMounts"]


def test_more_replicas_than_partitions_are_refused(helm: Helm) -> None:
    with pytest.raises(HelmRefused, match=re.escape("flows.orders.replicas is 13")):
        helm.manifests(BOOTSTRAP, "flows.orders.replicas=13")


def test_scaling_to_less_than_its_least_is_refused(helm: Helm) -> None:
    with pytest.raises(HelmRefused, match=re.escape("flows.orders.scaling.min is 13")):
        helm.manifests(*EVERYTHING, "flows.orders.scaling.min=13")


def test_without_a_kafka_there_is_one_line_that_says_so(helm: Helm) -> None:
    with pytest.raises(HelmRefused, match=re.escape("kafka.bootstrap is missing: HOST:PORT of your Kafka")):
        helm.manifests()


def test_the_chart_is_of_this_release() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    project = tomllib.loads((CHART.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    assert [project["version"]] * 2 == [chart["version"], chart["appVersion"]]


def test_the_partitions_are_those_of_the_topics() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    assert {topic.partitions for topic in load_topics().values() if topic.name.endswith("inbox.v1")} == {
        values["kafka"]["partitions"]
    }
