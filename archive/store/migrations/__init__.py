"""One linear history of the schema; a new step is a new file in ``versions/`` and a new ``engine.SCHEMA``."""
