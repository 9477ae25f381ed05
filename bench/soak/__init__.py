"""`make soak`: a studio of web and worker processes under the load of a busy team, for as long as one likes.

What is looked at is what only time shows: whether the processes grow, and whether at the end the books are those of the
provider and nothing is found in them.
"""
