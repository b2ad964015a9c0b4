"""Pictures: what stands beside a text of the course, as lines of an exact width.

Responsible for what each picture shows and for nothing around it: the dashboard's pages and the
plain lines use the same ones. What is drawn is given: a manifest as text, Pods as objects.
"""
