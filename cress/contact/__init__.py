"""The contact desk: people to reach, the contact form, messages and their mail."""
