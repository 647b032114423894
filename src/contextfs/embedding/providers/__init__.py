"""One file per embedding provider; the chain finds them here, so that adding a file adds a provider."""
