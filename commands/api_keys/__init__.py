"""Keys of the API: who gave them, whom they act as, and what they may be used for."""
