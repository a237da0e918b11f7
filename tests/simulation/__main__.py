"""`python -m tests.simulation SEED DATA`: live a day in a folder, and print a digest of every topic as JSON."""

import json
import sys
from pathlib import Path

from tests.simulation.world import hashes_of

sys.stdout.write(json.dumps(hashes_of(Path(sys.argv[2]), int(sys.argv[1]))))
