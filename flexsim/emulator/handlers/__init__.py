"""One module for each resource of Twilio's API: what a request to it asks of the engine, and what it is answered."""
