"""What shops and marketplaces are told: what has left of their orders, and what they may show."""
