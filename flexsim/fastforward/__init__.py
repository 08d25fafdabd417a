"""The engine on a virtual timeline: as fast as the machine can, and the same every time."""
