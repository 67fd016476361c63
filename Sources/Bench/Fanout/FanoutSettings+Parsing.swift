// From arguments to settings. Every mistake names the argument, its value and what is expected, before anything is connected.

import EventLoop
import RedisLink
import WSProtocol

extension FanoutSettings {
    /// Reads the arguments behind `fanout`.
    init(_ arguments: [String]) throws(FanoutProblem) {
        var rest = arguments[...]
        var paces: [String] = []
        var publishURLs: [String] = []
        var redis: RedisAddress?
        var redisChannel: Template?
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument != "-" else {
                _ = try FanoutURL(parsing: argument)
                urls.append(argument)
                continue
            }
            func value() throws(FanoutProblem) -> String {
                guard let value = rest.popFirst() else { throw FanoutProblem("\(argument): a value is missing") }
                return value
            }
            switch argument {
            case "--help", "-h":
                asksForHelp = true
                return
            case "--name": name = try value()
            case "--subscribers": subscribers = try Self.whole(try value(), argument, 1...1_000_000)
            case "--publishers": publishers = try Self.whole(try value(), argument, 1...65_535)
            case "--channels": channels = try Self.whole(try value(), argument, 1...65_535)
            case "--rate":
                pace = .rate(try Self.number(try value(), argument, 0.001...100_000_000, "messages a second"))
                paces.append(argument)
            case "--window":
                pace = .window(try Self.whole(try value(), argument, 1...1_000_000))
                paces.append(argument)
            case "--idle":
                pace = .idle
                paces.append(argument)
            case "--size":
                let text = try value()
                do { sizes = try SizeDistribution(parsing: text) } catch {
                    throw FanoutProblem("--size \(error)")
                }
            case "--duration": seconds = try Self.duration(try value(), argument, 0.1...86_400)
            case "--warmup": warmUpSeconds = try Self.duration(try value(), argument, 0...3_600)
            case "--connect-rate":
                connectRate = try Self.number(
                    try value(), argument, 0...1_000_000, "connections a second, 0 for all at once")
            case "--source-addresses": sourceAddresses = try Self.addresses(try value(), argument)
            case "--threads": threads = try Self.whole(try value(), argument, 1...256)
            case "--deflate": offersDeflate = true
            case "--header": headers.append(try Self.header(try value(), argument))
            case "--subscribe": subscribeTexts.append(Template(try value()))
            case "--subscribe-answer": subscribeAnswer = try value()
            case "--publish":
                let template = Template(try value())
                guard template.hasMessage else {
                    throw FanoutProblem("--publish \(template.source): {message} must stand in it")
                }
                publishTemplate = template
            case "--publish-url":
                let url = try value()
                _ = try FanoutURL(parsing: url)
                publishURLs.append(url)
            case "--publish-by":
                let text = try value()
                do throws(RedisAddressError) { redis = try RedisAddress(parsing: text) } catch {
                    throw FanoutProblem("--publish-by: \(error)")
                }
            case "--redis-channel": redisChannel = Template(try value())
            case "--server-pid": serverProcess = try Self.whole(try value(), argument, 1...4_194_304)
            case "--json": jsonPath = try value()
            case "--html": htmlPath = try value()
            default: throw FanoutProblem("\(argument): no such setting")
            }
        }
        guard paces.count <= 1 else {
            throw FanoutProblem("\(paces.joined(separator: " and ")): only one of --rate, --window and --idle")
        }
        publishing = try Self.publishing(publishURLs, redis, redisChannel)
        try check()
    }

    private func check() throws(FanoutProblem) {
        guard !urls.isEmpty else { throw FanoutProblem("a URL is missing, for example ws://127.0.0.1:8000/ws/{n}") }
        guard publishing != .subscribers || publishers <= subscribers else {
            throw FanoutProblem(
                "--publishers \(publishers): the first subscribers publish, and there are \(subscribers) (or give --publish-url)"
            )
        }
        if case .window = pace, publishers > subscribers {
            throw FanoutProblem(
                "--publishers \(publishers): with --window each needs a subscriber that says what is done, and there are \(subscribers)"
            )
        }
        guard threads <= subscribers else {
            throw FanoutProblem("--threads \(threads): more than --subscribers \(subscribers)")
        }
        guard channels <= subscribers else {
            throw FanoutProblem("--channels \(channels): more than --subscribers \(subscribers)")
        }
        let saysChannel = urls.contains { Template($0).hasChannel } || subscribeTexts.contains(where: \.hasChannel)
        guard channels == 1 || saysChannel else {
            throw FanoutProblem("--channels \(channels): {channel} must stand in the URL or in --subscribe")
        }
        guard subscribeAnswer == nil || !subscribeTexts.isEmpty else {
            throw FanoutProblem("--subscribe-answer needs --subscribe")
        }
    }

    private static func publishing(
        _ urls: [String], _ redis: RedisAddress?, _ channel: Template?
    ) throws(FanoutProblem) -> Publishing {
        switch (redis, channel) {
        case (let redis?, let channel?):
            guard urls.isEmpty else { throw FanoutProblem("--publish-by and --publish-url: only one of them") }
            return .redis(redis, channel: channel)
        case (nil, nil): return urls.isEmpty ? .subscribers : .connections(urls)
        case (_?, nil): throw FanoutProblem("--publish-by needs --redis-channel")
        case (nil, _?): throw FanoutProblem("--redis-channel needs --publish-by")
        }
    }

    private static func whole(
        _ text: String, _ name: String, _ range: ClosedRange<Int>
    ) throws(FanoutProblem) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw FanoutProblem(
                "\(name) \(text): expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func number(
        _ text: String, _ name: String, _ range: ClosedRange<Double>, _ unit: String
    ) throws(FanoutProblem) -> Double {
        guard let value = Double(text), range.contains(value) else {
            throw FanoutProblem("\(name) \(text): expected \(unit)")
        }
        return value
    }

    /// `10`, `10s`, `500ms`, `2m`: seconds.
    private static func duration(
        _ text: String, _ name: String, _ range: ClosedRange<Double>
    ) throws(FanoutProblem) -> Double {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60)]
        let unit = units.first { text.hasSuffix($0.0) }
        let digits = String(text.dropLast(unit?.0.utf8.count ?? 0))
        guard let value = Double(digits), range.contains(value * (unit?.1 ?? 1)) else {
            throw FanoutProblem(
                "\(name) \(text): expected a time such as 10s, 500ms or 2m, from \(range.lowerBound) to \(range.upperBound) seconds"
            )
        }
        return value * (unit?.1 ?? 1)
    }

    /// `127.0.0.2,127.0.0.3` or `127.0.0.2-127.0.0.9`.
    private static func addresses(_ text: String, _ name: String) throws(FanoutProblem) -> [IPAddress] {
        var addresses: [IPAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { IPAddress($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first.isIPv4,
                last.isIPv4, first.ipv4 <= last.ipv4, last.ipv4 - first.ipv4 < 65_536
            else {
                throw FanoutProblem(
                    "\(name) \(part): expected addresses of this machine such as 127.0.0.2-127.0.0.9")
            }
            addresses += (first.ipv4...last.ipv4).map { IPAddress(ipv4: $0) }
        }
        return addresses
    }

    private static func header(_ text: String, _ name: String) throws(FanoutProblem) -> HTTPField {
        let parts = text.split(separator: ":", maxSplits: 1)
        let field =
            parts.count == 2
            ? HTTPField(String(parts[0]), String(parts[1].drop { $0 == " " })) : nil
        guard let field, !field.name.isEmpty, field.isSafe else {
            throw FanoutProblem("\(name) \(text): expected \"Name: value\" without control characters")
        }
        return field
    }
}
