"""What things are: frozen values, no input or output, no clock, no Qt, no torch. Imports nothing by design."""
