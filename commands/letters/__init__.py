"""Letters previewed and checked."""
