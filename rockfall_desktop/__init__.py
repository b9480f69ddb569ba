"""Rockfall Desktop: train, judge and deploy rockfall forecasting networks on a site's own records."""

__version__ = "0.1.0"
