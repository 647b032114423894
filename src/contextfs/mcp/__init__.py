"""MCP: the front door as tools, resources and prompts for AI assistants.

`tools` and `prompts` are plain functions over `ContextFS`; `replies` puts its values into words and structures;
`server` alone imports the MCP SDK; `__main__` is the program `contextfs-mcp`.
"""
