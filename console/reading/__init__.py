"""What the pages read out of the books: lists, counts and single messages, never more."""
