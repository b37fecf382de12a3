"""Several workers on Ray: trials side by side, and one training over several processes.  Nothing else imports Ray."""
