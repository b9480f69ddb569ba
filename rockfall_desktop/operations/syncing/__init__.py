"""What keeps a station and the office alike: one outbox, one loop, push then pull."""
