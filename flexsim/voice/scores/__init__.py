"""How a recorded conversation went: figures from its log and from its sound, rates over repeats, who is to blame, pages."""
