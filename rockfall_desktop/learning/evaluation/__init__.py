"""What a model is worth: scores, baselines, the report."""
