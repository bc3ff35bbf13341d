"""What comes from outside: drafts, notices, listings, calendars, feeds, pictures and links, read and checked at the edge."""
