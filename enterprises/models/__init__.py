"""Enterprises of the ESS, their sectors and families, their photos."""

from enterprises.models.enterprises import Enterprise
from enterprises.models.photos import Focus, Photo
from enterprises.models.sectors import Family, Ground, Sector

__all__ = ["Enterprise", "Family", "Focus", "Ground", "Photo", "Sector"]
