"""Point clouds of a site: sets for each zone, grids, change between two epochs."""
