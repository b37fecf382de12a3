"""What answers: live models in memory, their queues and workers, and what is written of what they answered."""
