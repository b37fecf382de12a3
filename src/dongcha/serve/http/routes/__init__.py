"""One file a path: parse, ask the service, show."""
