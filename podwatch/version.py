"""podwatch's version, for whatever is below the public face, too."""

__version__ = "0.1.0"
