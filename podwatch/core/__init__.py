"""The core: what the stream shows, what it means, how it stands. Pure.

Responsible for all that podwatch knows; it has the standard library and msgspec, and no clock, no
threads, no terminal, no client.
"""
