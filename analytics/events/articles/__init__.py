"""From a messy page to a dated event: what is there, where, and what is missing."""
