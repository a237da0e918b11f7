import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def fixtures_dir() -> Path:
    folder = Path(os.environ.get("FIXTURES_DIR", Path(__file__).parents[3] / "../shared/fixtures"))
    if folder.is_dir():
        return folder
    if os.environ.get("FIXTURES_REQUIRED") == "1":
        pytest.fail(f"FIXTURES_REQUIRED=1 and there is no folder {folder}")
    pytest.skip(f"no folder {folder}: set FIXTURES_DIR")
