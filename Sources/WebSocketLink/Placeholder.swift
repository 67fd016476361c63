// WebSocketLink: replaced by the room's files.
