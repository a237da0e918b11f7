"""What records with a whole order say beyond its lines: what adjusts its worth, its papers, its totals."""
