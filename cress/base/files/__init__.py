"""Files that the site reads and writes."""
