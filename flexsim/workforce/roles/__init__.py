"""Who takes part: the seven roles that come with flexsim, and your own."""
