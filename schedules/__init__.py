"""What decides when: policies, the clock, the workers."""
