"""A simulated cluster behind an API server that fails at random, and what podwatch made of it.

`python -m tests.chaos --seeds 3 --seconds 20` follows it the way podwatch does and compares what
came with the truth. `truth` plays the Pods, `server` serves them badly, `compare` is the judge.
"""
