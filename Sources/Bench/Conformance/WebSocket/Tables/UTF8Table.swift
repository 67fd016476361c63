// Made by Tools/make-conformance-tables from Fixtures/ws/utf8.jsonl: change it there.

// swift-format-ignore-file

enum UTF8Table {
    /// name|valid or invalid|bytes
    static let text = #"""
        empty|valid|
        ascii|valid|48656c6c6f
        kosme|valid|cebacf8ccf83cebcceb5
        first-of-two|valid|c280
        first-of-three|valid|e0a080
        first-of-four|valid|f0908080
        last-of-one|valid|7f
        last-of-two|valid|dfbf
        last-of-three|valid|efbfbf
        last-of-all|valid|f48fbfbf
        before-surrogates|valid|ed9fbf
        after-surrogates|valid|ee8080
        replacement-character|valid|efbfbd
        noncharacters|valid|efbfbeefbfbfefb790f09fbfbe
        nul|valid|00
        mixed|valid|61c2a3e282acf0908d8861c2a3e282acf0908d8861c2a3e282acf0908d8861c2a3e282acf0908d8861c2a3e282acf0908d88
        200-times-three|valid|e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896e4b896
        ascii-then-four|valid|616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161f09f918b
        family-emoji|valid|f09f91a9e2808df09f91a9e2808df09f91a7e2808df09f91a6
        lone-continuation|invalid|80
        lone-continuation-bf|invalid|bf
        two-continuations|invalid|80bf
        continuation-after-ascii|invalid|6180
        c0|invalid|c080
        c1|invalid|c1bf
        overlong-slash-in-two|invalid|c0af
        overlong-slash-in-three|invalid|e080af
        overlong-slash-in-four|invalid|f08080af
        overlong-largest-two|invalid|c1bf00
        overlong-largest-three|invalid|e09fbf
        overlong-largest-four|invalid|f08fbfbf
        overlong-nul|invalid|e08080
        surrogate-d800|invalid|eda080
        surrogate-dbff|invalid|edafbf
        surrogate-dc00|invalid|edb080
        surrogate-dfff|invalid|edbfbf
        surrogate-pair|invalid|eda081edb080
        above-10ffff|invalid|f4908080
        f5|invalid|f5808080
        f7|invalid|f7bfbfbf
        five-bytes|invalid|f888808080
        six-bytes|invalid|fc8480808080
        fe|invalid|fe
        ff|invalid|ff
        two-without-second|invalid|c220
        three-without-second|invalid|e220
        three-without-third|invalid|e28220
        four-without-second|invalid|f020
        four-without-third|invalid|f09f20
        four-without-fourth|invalid|f09f9120
        lead-after-lead|invalid|c2c2a3
        lead-inside-three|invalid|e2e282ac
        unfinished-two|invalid|c2
        unfinished-three|invalid|e2
        unfinished-three-by-one|invalid|e282
        unfinished-four|invalid|f0
        unfinished-four-by-two|invalid|f09f
        unfinished-four-by-one|invalid|f09f91
        unfinished-after-ascii|invalid|616263f09f91
        kosme-and-surrogate|invalid|cebae1bdb9cf83cebcceb5eda080656469746564
        kosme-and-above-10ffff|invalid|cebae1bdb9cf83cebcceb5f4908080656469746564
        latin-1|invalid|47fc6e746572
        utf16-bom|invalid|fffe4100
        bad-byte-at-64|invalid|61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161ff61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161
        """#
}
