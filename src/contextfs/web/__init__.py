"""The web page: the memories of a data directory in a browser, through the same front door as every other surface."""
