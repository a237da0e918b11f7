"""Values with a mistake in them are refused before anything is installed."""

import pytest

from tests.deployment.helm import Helm, HelmRefused

BOOTSTRAP = "kafka.bootstrap=kafka:9092"


@pytest.mark.parametrize(
    ("mistake", "reason"),
    (
        ("flow.orders.replicas=3", "flow"),
        ("flows.order.replicas=3", "order"),
        ("flows.orders.replica=3", "replica"),
        ("flows.orders.replicas=-1", "replicas"),
        ("flows.orders.replicas=two", "replicas"),
        ("flows.orders.storage.size=10GB", "size"),
        ("flows.intake.storage.size=10Gi", "storage"),
        ("flows.orders.resources.limits.memory=1 GB", "memory"),
        ("flows.orders.scaling.min=0", "min"),
        ("kafka.bootstrap=kafka", "bootstrap"),
        ("kafka.bootstrap=kafka:9092;other:9092", "bootstrap"),
        ("kafka.partitions=0", "partitions"),
        ("kafka.createTopics=perhaps", "createTopics"),
        ("registry.url=registry:8081", "url"),
        ("erps.MAIN.url=http://erp", "MAIN"),
        ("erps.main.workers=4", "url"),
        ("erps.main.uri=http://erp", "uri"),
        ("application=a.b", "application"),
        ("image.pullPolicy=Sometimes", "pullPolicy"),
        ("terminationGracePeriodSeconds=2", "terminationGracePeriodSeconds"),
        ("scaling.enable=true", "enable"),
        ("monitoring.interval=often", "interval"),
    ),
)
def test_a_mistake_is_refused_by_its_name(helm: Helm, mistake: str, reason: str) -> None:
    with pytest.raises(HelmRefused) as refused:
        helm.manifests(BOOTSTRAP, mistake)
    assert "values don't meet the specifications of the schema" in str(refused.value)
    assert reason in str(refused.value).partition("schema")[2]
