"""Who wrote what and when: operations, and the versions of each content row that they wrote."""
