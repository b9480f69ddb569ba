"""A pit that is made up, with every kind of input and two known truths."""
