"""The dashboard: a board drawn on a terminal."""
