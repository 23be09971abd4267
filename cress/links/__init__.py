"""The links that lead out of the site: they are visited, and the staff see the dead ones."""
