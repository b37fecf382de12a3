"""Models that answer are watched: windows of answers against what was normal, alerts, and when they go out."""
