"""Stories of orders and their items, played in every order in which their events may arrive."""
