"""Charts on pyqtgraph, loaded only after the unlock. Imports nothing by design."""
