"""The search for settings beside the training form. Imports nothing by design."""
