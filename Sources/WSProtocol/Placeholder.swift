// WSProtocol: replaced by the room's files.
