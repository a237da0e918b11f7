"""The open epoch: what it holds, what ends it, and the proof at its end that nothing is in flight."""
