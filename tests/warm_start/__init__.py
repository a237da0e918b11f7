"""Programs of ours that start in a tenth of a second: forks of a process that has imported them."""
