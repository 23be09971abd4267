"""The open data: what the site holds, as files whose addresses and columns do not change."""
