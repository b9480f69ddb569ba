"""The Train page: form, plan line, monitor. Imports nothing by design."""
