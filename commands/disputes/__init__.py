"""What people do with a dispute."""
