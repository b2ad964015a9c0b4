"""Plug point 2: sources give the stream's items.

Responsible for I/O only: `cluster` follows an API server, `recording` reads and writes
recordings. A source decides nothing about what the items mean.
"""
