"""Lines of one order that are alike: of one item, in one unit and from one stock. A fact of one may be another's."""
