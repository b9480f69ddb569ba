"""Pass phrases and the keys behind them. Knows no store, no Qt and no clock of its own but the machine's uptime."""
