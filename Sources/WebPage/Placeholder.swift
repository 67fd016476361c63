// WebPage: replaced by the room's files.
