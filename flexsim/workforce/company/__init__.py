"""What the company is and does: its actions, its weeks, and the contact centre that it runs."""
