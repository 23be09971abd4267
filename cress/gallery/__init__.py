"""The page of components, for developers (DEBUG only)."""
