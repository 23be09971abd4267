"""Who may act: the competences behind each lever, and those that each EPCI declares."""
