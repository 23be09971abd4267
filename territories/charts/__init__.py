"""Charts of the shares of territories. Each function returns what its template draws."""
