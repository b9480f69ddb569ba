"""Files as an engineer has them: what they seem to hold, and the site.toml that says so."""
