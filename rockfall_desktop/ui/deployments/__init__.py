"""What is put to work for a site, by whom and when. Imports nothing by design."""
