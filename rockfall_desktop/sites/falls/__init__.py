"""The recorded rockfalls: read, corrected by hand, put onto the steps."""
