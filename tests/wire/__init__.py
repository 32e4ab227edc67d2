"""The byte oracle: servers and proxies that log every byte, and what holds the WARC files against that log."""
