"""What makes it happen: fetching, politely, with every byte on record."""
