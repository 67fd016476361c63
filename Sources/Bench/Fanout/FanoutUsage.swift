extension FanoutSettings {
    static let usage = """
        usage: rookery-bench fanout URL… [--subscribers 1000] [--rate 100 | --window N | --idle] [--size 128]
                                    [--duration 10s] [--server-pid PID | --spawn "COMMAND"] [--json FILE] …

        Connects subscribers to a WebSocket server, publishes at a steady rate (or with a window of messages under way, for saturation) and
        reports latency, losses, deliveries a second and what each costs the server. Each message is numbered and carries a checksum.

          URL…                      ws://127.0.0.1:8000/ws/{n}; {n} is the subscriber's number, {channel} its channel's; subscribers
                                    are spread over several URLs
          --subscribers N           connections that receive (1000)
          --publishers N            how many of them publish (1)
          --channels N              channels they are spread over (1); with fewer publishers the rest stays silent
          --rate R                  messages a second, of all publishers together (100); latency counts from when each should have left
          --window N                instead: N messages of each publisher under way; one is done when its publisher has it (or, where
                                    it publishes otherwise, the subscriber of the same number)
          --idle                    instead: connect and hold; memory, handshakes a second
          --size BYTES              of a message, 56 at least (128); or with weights, 64:50,1024:40,65536:10
          --duration TIME           10s, 500ms, 2m (10s)
          --warmup TIME             before it, not counted (1s)
          --connect-rate R          connections a second; 0: all at once (as the server takes them, 256 on their way)
          --source-addresses LIST   127.0.0.2-127.0.0.9: connect from these in turn, beyond 28,000 connections
          --threads N               loops, each with its share of the connections (1)
          --deflate                 offer permessage-deflate
          --header "Name: value"    with each handshake; repeatable
          --subscribe TEXT          sent by each subscriber after its handshake, {n} and {channel} filled in; repeatable
          --subscribe-answer TEXT   a subscriber is ready when a message with this came
          --publish TEXT            what publishers send, with {message}, {n}, {channel} (the message alone)
          --publish-url URL         publishers have connections of their own, to these; repeatable
          --publish-by redis://H:P  publish with PUBLISH instead, on --redis-channel NAME, which may hold {channel}
          --server-pid PID          the server's process, for processor time and memory
          --spawn "COMMAND"         instead: start the server, and stop it afterwards; with --pin-server N on that processor
          --name TEXT               of the server, for reports
          --json FILE               the result as JSON; - is standard output
          --html FILE               a report with pictures, one file

        Status 0: every message came once, in order and whole; 1: something did not, or a connection failed; 2: wrong arguments.

        """
}
