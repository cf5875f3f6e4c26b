"""``make bench``: what the product costs, each figure beside a floor from the same run.

``docs/performance.md`` says what the rows mean. Nothing here is a test: it measures and prints.
"""
