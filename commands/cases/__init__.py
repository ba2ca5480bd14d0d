"""What people do with a case, its customer and its tasks."""
