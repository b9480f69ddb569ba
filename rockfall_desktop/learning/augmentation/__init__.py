"""Changes of training samples that leave their answer as it is."""
