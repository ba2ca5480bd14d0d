"""Month end: the pack that closes a month, its preparation, review and reopening."""
