"""Helm and the clusters, once a worker."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.deployment.helm import Helm, unpack_helm
from tests.deployment.resources import Cluster, cluster_of


@pytest.fixture(scope="session", params=(pytest.param("helm_3", marks=pytest.mark.long), "helm_4"))
def helm(request: pytest.FixtureRequest) -> Iterator[Helm]:
    """Both: the one that most people still have, and the one that is kept up."""
    with TemporaryDirectory(prefix="orderline-helm-") as folder:
        yield unpack_helm(request.param, Path(folder))


@pytest.fixture(scope="session", params=("1.28.0", "1.37.0"))
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The oldest Kubernetes that the chart admits, and the newest that there is a schema of."""
    return cluster_of(request.param)
