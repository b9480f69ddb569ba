"""What networks do not know: the curvature of their last layer."""
