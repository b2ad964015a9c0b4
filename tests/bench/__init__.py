"""What `make bench` measures: ratios to a peer in the same run, so that machines may differ."""
