"""Data folders of Kafka nodes as its StorageTool formats them, without a Java machine for each.

The tool writes two small files. `bootstrap.checkpoint` has the feature levels of the release and is the same for every
node of every cluster: it is kept next to the jars. `meta.properties` names the cluster, the node and the folder; a
folder that has it is formatted, so it is written last.
"""

import shutil
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

_FEATURES = "bootstrap.checkpoint"
_NAMES = "meta.properties"


def new_id() -> str:
    """Kafka's form of a UUID; a leading dash would be taken for an option of the command."""
    return urlsafe_b64encode(uuid4().bytes).decode("ascii").rstrip("=").replace("-", "_")


def is_formatted(data: Path) -> bool:
    """Whether a node can start on this folder."""
    return (data / _NAMES).exists()


def format_as_kept(data: Path, jars: Sequence[Path], cluster_id: str, node: int) -> bool:
    """Format a folder with what the tool wrote for this release before; False: nothing is kept yet."""
    kept = _kept_for(jars)
    if not kept.exists():
        return False
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(kept, data / _FEATURES)
    names = {"cluster.id": cluster_id, "directory.id": new_id(), "node.id": node, "version": 1}
    (data / _NAMES).write_text("".join(f"{name}={value}\n" for name, value in names.items()), encoding="utf-8")
    return True


def keep_for_next(data: Path, jars: Sequence[Path]) -> None:
    """Keep what the tool has written; another process sees all of it or nothing."""
    kept = _kept_for(jars)
    copy = kept.with_name(f"{_FEATURES}.{new_id()}")
    shutil.copy(data / _FEATURES, copy)
    copy.replace(kept)


def _kept_for(jars: Sequence[Path]) -> Path:
    """Beside the folder of the jars, which are those of one release."""
    return jars[0].parents[1] / _FEATURES
