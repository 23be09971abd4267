"""Searches of French texts: what a query looks for, and how the database finds it."""
