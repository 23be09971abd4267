"""What the site's public pages share: their addresses, headers and errors."""
