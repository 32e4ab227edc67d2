"""What happened: exact captures, the index over them, and all that is read out of them."""
