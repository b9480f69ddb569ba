"""Tables of every format: text, Parquet, workbooks; wide and long; one file or many."""
