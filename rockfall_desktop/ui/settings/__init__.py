"""The Settings page: the office, the sync with it, the keys of stations."""
