"""`podwatch exercise`: a broken workload in the learner's namespace, and whether it is mended.

Responsible for what each action does. What is said of it is `podwatch.renderers.exercise`'s
business, what an exercise is `podwatch.course`'s, who may write `podwatch.app.permit`'s.
"""
