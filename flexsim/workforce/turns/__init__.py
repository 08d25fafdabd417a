"""A turn of the company: who speaks when and to whom, what is decided and why, what follows, and what is remembered."""
