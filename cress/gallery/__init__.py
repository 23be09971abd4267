"""The page of components, for who works on the site (DEBUG only)."""
