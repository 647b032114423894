"""Putting contextfs into the configuration of assistants, editors and git, and taking it out again.

`table` names the hosts, one module each says what stands where; `planning` turns files as they are into files as
they shall be, `applying` writes them, `checking` tries what is configured.
"""
