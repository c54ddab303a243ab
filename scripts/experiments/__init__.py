"""What makes the recorded runs: recipes, grids, records."""
