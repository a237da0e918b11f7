"""JSON schemas of other projects' resources that our chart asks for, as strict as Kubernetes' own.

They are made by `python -m tests.deployment.custom_resources` from packages that carry those projects' definitions as
Python models; install them aside for that (`cloudcoil-models-keda==2.16.1.0`: KEDA 2.16, Apache-2.0;
`cloudcoil-models-prometheus-operator==0.80.1.0`: 0.80, Apache-2.0). They are not in the lock, because the tests read
only the files here.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Each file is named `<kind>.json`, in lower case."""
