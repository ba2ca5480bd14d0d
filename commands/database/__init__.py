"""The database of the books: its version, and the roles its processes need."""
