"""What every measurement stands on: programs, places, processes, and how long to wait."""
