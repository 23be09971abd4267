"""Commands that serve the site, fill it and work beside it."""
