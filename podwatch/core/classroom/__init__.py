"""A class: how each learner stands, on one cluster, by one stream of items.

Responsible for a row for each learner's namespace (`room` keeps what the stream shows, `rows` are
the values, `pods` says what a namespace's Pods do, `standing` what of an exercise is so now) and
for what the class answered last (`answers`). It judges by the cluster; what a learner's ConfigMap
says is theirs to write, so of that only times, names and choices count.
"""
