"""The desk: the pages of the admin where the staff treat messages, and what they do there."""
