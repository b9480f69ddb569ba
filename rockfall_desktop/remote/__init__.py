"""The office: everything that talks to MongoDB, and nothing else does."""
