"""torch and scikit-learn: samples, networks, the loop, evaluation."""
