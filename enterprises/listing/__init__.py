"""The list of enterprises: read from a file, compared with the site, written in batches."""
