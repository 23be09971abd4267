"""The ground of the site: what every subject and every room uses."""
