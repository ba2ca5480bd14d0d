"""Files taken into the books."""
