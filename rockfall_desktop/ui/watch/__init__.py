"""The Watch page: what the active model says of the newest readings. Imports nothing by design."""
