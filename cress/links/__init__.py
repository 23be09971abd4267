"""The links that lead out of the site: visited now and then, the dead ones told to the staff."""
