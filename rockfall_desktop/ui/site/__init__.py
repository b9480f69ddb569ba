"""The Site page."""
