"""What the crash tests share: a writer to be killed, a kill at a chosen step, and the audit of what is left."""
