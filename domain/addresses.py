"""Addresses: of whom the goods, the invoice and the order are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """One address; ISO 3166 alpha-2 country. All fields are personal data."""

    name: str
    street: str
    city: str
    postal_code: str
    state: str
    country: str
    company: str = ""
    street_2: str = ""
    """The second street line: floor, door, care of."""
    location_code: str = ""
    """By which the partner knows the place, such as a GLN or the number of a store."""

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing of whom or where."""
        return not (self.name or self.company or self.street or self.city or self.location_code)
