"""What learning, evaluation and scoring must do in the very same way; numpy only."""
