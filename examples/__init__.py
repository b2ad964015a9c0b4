"""Programs that use podwatch, and files for CI."""
