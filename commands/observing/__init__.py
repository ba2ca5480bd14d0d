"""What monitors read: measures of the books beside Temporal's own."""
