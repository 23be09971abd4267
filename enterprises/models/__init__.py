"""Enterprises of the ESS, their sectors and families, their photos."""

from enterprises.models.enterprises import Enterprise, Family, Sector
from enterprises.models.photos import Focus, Photo

__all__ = ["Enterprise", "Family", "Focus", "Photo", "Sector"]
