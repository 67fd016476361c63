// EventLoop: replaced by the room's files.
