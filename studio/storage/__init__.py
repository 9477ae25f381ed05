"""Bytes: `keys` names objects, `objects` puts and opens them, `pictures` looks into them, `uploads` lets them in."""
