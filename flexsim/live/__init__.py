"""Live simulation: agents behind a reservation callback, and customers who arrive, on a wall clock."""
