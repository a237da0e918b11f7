"""What cannot be written without saying something else than is meant."""


class Unwritable(ValueError):
    """A value that X12, or this partner's version, delimiters or character set, cannot carry."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        """Segment and element, such as BAK03."""
        self.reason = reason
