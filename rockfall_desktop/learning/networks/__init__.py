"""Networks: encoders of the window and the heads that answer."""
