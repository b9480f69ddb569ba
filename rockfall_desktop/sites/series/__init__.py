"""From readings to channels on the site's steps: units, quality, derived channels."""
