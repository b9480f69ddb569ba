"""From a site's arrays and layers to samples by index."""
