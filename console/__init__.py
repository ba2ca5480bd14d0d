"""The desk: web pages that show what the books hold. They change nothing."""
