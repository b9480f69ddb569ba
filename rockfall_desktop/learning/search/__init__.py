"""The search for settings: proposals, pruning, and trials that see no test block. The one room that knows optuna."""
