"""Sound: how speech is made, what a line does to it, and how it is found and understood again."""
