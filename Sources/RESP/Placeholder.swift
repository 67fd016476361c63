// RESP: replaced by the room's files.
