"""What stands between a flow's rows and its rules: gather the rows, let the domain decide, apply what it decided."""
