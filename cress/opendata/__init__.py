"""The open data: the content of the site, as files whose addresses and columns are stable."""
