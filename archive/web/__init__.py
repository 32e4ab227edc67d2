"""The archive in a browser and for other programs: replay, CDX and Memento. Starlette and Jinja stay in here."""
