"""What other sites and search engines show of a page: its picture and its structured data."""
