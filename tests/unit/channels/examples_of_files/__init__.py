"""`orderline channel test` and `orderline channel docs`, and the contract of every channel file of the release."""
