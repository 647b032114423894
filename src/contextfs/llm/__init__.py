"""Language models: an endpoint that answers a question, once somebody has set one; nothing is sent without it."""
