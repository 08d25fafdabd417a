"""How the database came to be what it is: one module for each version, in order."""
