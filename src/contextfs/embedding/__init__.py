"""Text becomes vectors: the providers, the chain that chooses one, and the installation of their models."""
