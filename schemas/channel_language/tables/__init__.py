"""Tables beside a channel file: a partner's numbers of items and places, in CSV."""
