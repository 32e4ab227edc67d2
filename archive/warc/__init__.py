"""WARC files (ISO 28500:2017): written, read, kept. The only place that knows warcio."""
