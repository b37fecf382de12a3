"""Work that nobody has to start: jobs, their queue, and the worker that runs each in a process of its own."""
