"""What the tour adds to the dashboard: its sheets to read, its bar, its keys.

Responsible for looks and keys only; which place of the tour is shown is `podwatch.app.tour`'s.
"""
