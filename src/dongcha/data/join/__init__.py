"""Tables joined many-to-one to a table of facts, by keys that are declared or found."""
