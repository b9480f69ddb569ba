"""A site folder in, arrays out; and the simulated site."""
