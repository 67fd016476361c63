// Digest: replaced by the room's files.
