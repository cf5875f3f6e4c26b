"""When people are free, as pure values: spans, what takes time, working hours, ranked slots."""
