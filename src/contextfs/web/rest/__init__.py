"""REST under /api/v1: the verbs of the front door as JSON over HTTP, described by OpenAPI from the same table."""
