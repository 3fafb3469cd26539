"""What datasets of several rooms share: dates, domains, merging, ordering, baseline."""
