"""Pictures as one ZIP file, made while it is sent.

`zipped` writes it, `pictures` says what is in it, `sheet` lists it.
"""
