// RedisLink: replaced by the room's files.
