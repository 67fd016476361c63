// Made by Tools/make-conformance-tables from Fixtures/ws/permessage-deflate-responses.jsonl: change it there.

// swift-format-ignore-file

enum DeflateResponseTable {
    /// name|accept or reject|sections|JSON of what was offered and the fields of the answer
    static let text = #"""
        not-chosen|accept|RFC 7692 §5.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": []}
        bare|accept|RFC 7692 §7.1, §5, RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate"]}
        bare-to-bare-offer|accept|RFC 7692 §7.1, §5, RFC 6455 §9.1|{"offered": "permessage-deflate", "fields": ["permessage-deflate"]}
        our-servers-answer|accept|RFC 7692 §7.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_no_context_takeover; client_no_context_takeover"]}
        client-no-context-takeover-unasked|accept|RFC 7692 §7.1.1.2|{"offered": "permessage-deflate", "fields": ["permessage-deflate; client_no_context_takeover"]}
        server-no-context-takeover-unasked|accept|RFC 7692 §7.1.1.1|{"offered": "permessage-deflate", "fields": ["permessage-deflate; server_no_context_takeover"]}
        server-no-context-takeover|accept|RFC 7692 §7.1.1.1|{"offered": "permessage-deflate; server_no_context_takeover", "fields": ["permessage-deflate; server_no_context_takeover"]}
        promised-client-no-context-takeover|accept|RFC 7692 §7.1.1.2|{"offered": "permessage-deflate; client_no_context_takeover", "fields": ["permessage-deflate"]}
        server-window-8-unasked|accept|RFC 7692 §7.1.2.1|{"offered": "permessage-deflate", "fields": ["permessage-deflate; server_max_window_bits=8"]}
        client-window-8|accept|RFC 7692 §7.1.2.2, §5|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=8"]}
        server-window-9-unasked|accept|RFC 7692 §7.1.2.1|{"offered": "permessage-deflate", "fields": ["permessage-deflate; server_max_window_bits=9"]}
        client-window-9|accept|RFC 7692 §7.1.2.2, §5|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=9"]}
        server-window-12-unasked|accept|RFC 7692 §7.1.2.1|{"offered": "permessage-deflate", "fields": ["permessage-deflate; server_max_window_bits=12"]}
        client-window-12|accept|RFC 7692 §7.1.2.2, §5|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=12"]}
        server-window-15-unasked|accept|RFC 7692 §7.1.2.1|{"offered": "permessage-deflate", "fields": ["permessage-deflate; server_max_window_bits=15"]}
        client-window-15|accept|RFC 7692 §7.1.2.2, §5|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=15"]}
        server-window-as-asked|accept|RFC 7692 §7.1.2.1|{"offered": "permessage-deflate; server_max_window_bits=10", "fields": ["permessage-deflate; server_max_window_bits=10"]}
        server-window-below-the-asked|accept|RFC 7692 §7.1.2.1|{"offered": "permessage-deflate; server_max_window_bits=10", "fields": ["permessage-deflate; server_max_window_bits=8"]}
        client-window-as-hinted|accept|RFC 7692 §7.1.2.2, §5|{"offered": "permessage-deflate; client_max_window_bits=10", "fields": ["permessage-deflate; client_max_window_bits=10"]}
        client-window-below-the-hint|accept|RFC 7692 §7.1.2.2, §5|{"offered": "permessage-deflate; client_max_window_bits=10", "fields": ["permessage-deflate; client_max_window_bits=9"]}
        hint-without-a-word-of-the-server|accept|RFC 7692 §7.1.2.2|{"offered": "permessage-deflate; client_max_window_bits=10", "fields": ["permessage-deflate"]}
        all-four|accept|RFC 7692 §7.1, §5, RFC 6455 §9.1|{"offered": "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12", "fields": ["permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12"]}
        quoted-value|accept|RFC 6455 §9.1, §4.3|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=\"10\""]}
        answer-to-the-second-offer|accept|RFC 7692 §5.1, §5|{"offered": "permessage-deflate; server_no_context_takeover, permessage-deflate", "fields": ["permessage-deflate"]}
        answer-to-the-first-offer|accept|RFC 7692 §5.1, §5|{"offered": "permessage-deflate; server_no_context_takeover, permessage-deflate", "fields": ["permessage-deflate; server_no_context_takeover"]}
        answer-to-the-offer-with-a-window|accept|RFC 7692 §5.1, §5|{"offered": "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=11"]}
        empty-list-elements|accept|RFC 6455 §9.1|{"offered": "permessage-deflate", "fields": [", permessage-deflate,"]}
        nothing-was-offered|reject|RFC 6455 §4.1, RFC 7692 §5|{"offered": null, "fields": ["permessage-deflate"]}
        foreign-extension|reject|RFC 6455 §4.1, §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["x-foo"]}
        foreign-extension-beside|reject|RFC 7692 §5.1, RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate, x-foo"]}
        foreign-extension-in-second-field|reject|RFC 7692 §5.1, RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate", "x-foo"]}
        chosen-twice|reject|RFC 7692 §5.1, §5|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate, permessage-deflate"]}
        chosen-in-two-fields|reject|RFC 7692 §5.1, §5|{"offered": "permessage-deflate; client_max_window_bits, permessage-deflate", "fields": ["permessage-deflate", "permessage-deflate"]}
        unknown-parameter|reject|RFC 7692 §7.1, §7, RFC 6455 §9, §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; foo"]}
        unknown-parameter-with-value|reject|RFC 7692 §7.1, §7, RFC 6455 §9, §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; foo=1"]}
        server-no-context-takeover-twice|reject|RFC 7692 §7.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_no_context_takeover; server_no_context_takeover"]}
        client-no-context-takeover-twice|reject|RFC 7692 §7.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_no_context_takeover; client_no_context_takeover"]}
        server-window-twice|reject|RFC 7692 §7.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=10; server_max_window_bits=10"]}
        client-window-twice|reject|RFC 7692 §7.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=10; client_max_window_bits=10"]}
        server-no-context-takeover-with-value|reject|RFC 7692 §7.1.1.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_no_context_takeover=1"]}
        client-no-context-takeover-with-value|reject|RFC 7692 §7.1.1.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_no_context_takeover=1"]}
        server-window-without-value|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits"]}
        client-window-without-value|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits"]}
        server-window-7|reject|RFC 7692 §7.1.2.1, §7, RFC 6455 §9|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=7"]}
        client-window-7|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=7"]}
        server-window-16|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=16"]}
        client-window-16|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=16"]}
        server-window-0|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=0"]}
        client-window-0|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=0"]}
        server-window-08|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=08"]}
        client-window-08|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=08"]}
        server-window-010|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=010"]}
        client-window-010|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=010"]}
        server-window-minus-9|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=-9"]}
        client-window-minus-9|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=-9"]}
        server-window-plus-9|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=+9"]}
        client-window-plus-9|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=+9"]}
        server-window-9x|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=9x"]}
        client-window-9x|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; client_max_window_bits=9x"]}
        empty-value|reject|RFC 6455 §9.1, RFC 7692 §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits="]}
        empty-quoted-value|reject|RFC 6455 §9.1, RFC 7692 §7|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=\"\""]}
        client-window-not-offered|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate", "fields": ["permessage-deflate; client_max_window_bits=10"]}
        client-window-of-15-not-offered|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate", "fields": ["permessage-deflate; client_max_window_bits=15"]}
        client-window-over-the-hint|reject|RFC 7692 §7.1.2.2, §7|{"offered": "permessage-deflate; client_max_window_bits=10", "fields": ["permessage-deflate; client_max_window_bits=11"]}
        server-window-over-the-asked|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; server_max_window_bits=10", "fields": ["permessage-deflate; server_max_window_bits=11"]}
        server-window-not-answered|reject|RFC 7692 §7.1.2.1, §7|{"offered": "permessage-deflate; server_max_window_bits=10", "fields": ["permessage-deflate"]}
        server-no-context-takeover-not-answered|reject|RFC 7692 §7.1.1.1, §7|{"offered": "permessage-deflate; server_no_context_takeover", "fields": ["permessage-deflate"]}
        answers-neither-offer|reject|RFC 7692 §5.1, §5, §7|{"offered": "permessage-deflate; server_no_context_takeover, permessage-deflate; server_max_window_bits=10", "fields": ["permessage-deflate"]}
        mixes-two-offers|reject|RFC 7692 §5.1, §5, §7|{"offered": "permessage-deflate; server_no_context_takeover; server_max_window_bits=9, permessage-deflate; server_max_window_bits=12", "fields": ["permessage-deflate; server_max_window_bits=13"]}
        malformed-no-name|reject|RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["; server_no_context_takeover"]}
        malformed-missing-parameter|reject|RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate;"]}
        malformed-unended-quote|reject|RFC 6455 §9.1, §4.3|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits=\"10"]}
        malformed-two-words|reject|RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage deflate"]}
        malformed-two-equals|reject|RFC 6455 §9.1|{"offered": "permessage-deflate; client_max_window_bits", "fields": ["permessage-deflate; server_max_window_bits==10"]}
        """#
}
