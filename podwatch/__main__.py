"""`python -m podwatch` is `podwatch`."""

from podwatch.cli import main

main()
