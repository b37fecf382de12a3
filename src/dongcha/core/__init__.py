"""What every room may use: errors, checks, registry, settings, events, words, files."""
