"""What other sites show of a page that someone shares: its picture, its data."""
