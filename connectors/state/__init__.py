"""The state of one partition on this machine: a cache of the changelog, never the truth."""
