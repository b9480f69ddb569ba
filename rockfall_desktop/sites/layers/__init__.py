"""Rasters and maps of a site as chips for each zone: imagery, elevation with slope analysis, geology."""
