"""Sessions, turns and memories in a database: a turn is there whole or not at all."""
