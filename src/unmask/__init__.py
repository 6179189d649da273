"""Is this face real? An honest answer about a picture, with evidence."""

__version__ = "0.1.0"
