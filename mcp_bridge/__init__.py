"""The REST-to-MCP bridge: a member's calendar for language models.

It knows nothing but the REST API and a bearer token. Whoever holds the token decides what the
tools may do; the bridge adds words, care and confirmation, never rights.
"""
