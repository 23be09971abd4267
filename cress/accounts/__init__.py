"""The accounts of the staff, and the rights of their roles."""
