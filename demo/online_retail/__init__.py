"""A wholesaler's real year: the columns of UCI Online Retail, as the events that must have caused them."""
