"""The workforce over HTTP: who may ask, how often, and what is answered."""
