"""The ground every content type stands on: publication, typography, shared admin."""
