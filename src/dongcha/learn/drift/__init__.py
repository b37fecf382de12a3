"""Whether what arrives now still looks like what a model was measured on; how surely, by how much, and in what."""
