"""The service over HTTP: it parses, asks and shows.  It knows tokens, limits and problem documents, and no model."""
