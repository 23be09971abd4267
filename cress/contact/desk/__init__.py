"""The desk, where the staff treat the messages: pages of the admin and what they do."""
