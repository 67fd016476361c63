// swift-tools-version: 6.2
// One list of rooms. Arrows go down only: a target imports what stands below it, never beside or above.
import PackageDescription

/// Settings every target of Sources shares: no unsafe construct without a word about it, no warning left behind.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Tests may use Foundation, whose imported declarations know nothing of strict memory safety.
let testing: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "rookery",
    products: [
        .executable(name: "rookery", targets: ["Server"]),
        .executable(name: "rookery-bench", targets: ["Bench"]),
    ],
    targets: [
        // Protocol rooms: bytes, time and randomness come in as arguments; no I/O.
        .target(name: "Digest", swiftSettings: strict),
        .target(name: "Deflate", swiftSettings: strict),
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "RESP", swiftSettings: strict),
        .target(name: "WSProtocol", dependencies: ["Digest", "Deflate"], swiftSettings: strict),
        .target(name: "Signature", dependencies: ["Digest"], swiftSettings: strict),
        .target(name: "JWT", dependencies: ["Digest", "JSON", "Signature"], swiftSettings: strict),
        .target(name: "ChatProtocol", dependencies: ["JSON"], swiftSettings: strict),
        // The only room with a door to the kernel.
        .target(name: "EventLoop", swiftSettings: strict + [.enableExperimentalFeature("Extern")]),
        // What both programs need, on top of the loop.
        .target(name: "RedisLink", dependencies: ["RESP", "EventLoop"], swiftSettings: strict),
        .target(name: "WebSocketLink", dependencies: ["WSProtocol", "EventLoop"], swiftSettings: strict),
        .target(
            name: "WebPage",
            resources: [.embedInCode("Assets")],
            swiftSettings: strict),
        .target(
            name: "ReportPage",
            dependencies: ["Digest"],
            resources: [.embedInCode("Assets")],
            swiftSettings: strict),
        // The programs.
        .executableTarget(
            name: "Server",
            dependencies: [
                "Digest", "Deflate", "JSON", "JWT", "RESP", "WSProtocol", "ChatProtocol", "EventLoop", "RedisLink",
                "WebPage",
            ],
            swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "Digest", "Deflate", "JSON", "JWT", "RESP", "WSProtocol", "EventLoop", "RedisLink", "WebSocketLink",
                "ReportPage",
            ],
            swiftSettings: strict),

        .target(
            name: "TestSupport",
            dependencies: ["WSProtocol", "RESP", "EventLoop"],
            path: "Tests/Support",
            swiftSettings: testing + [.enableExperimentalFeature("Extern")]),
        .testTarget(name: "DigestTests", dependencies: ["Digest", "TestSupport"], swiftSettings: testing),
        .testTarget(
            name: "DeflateTests", dependencies: ["Deflate", "TestSupport"], exclude: ["Peers"], swiftSettings: testing),
        .testTarget(
            name: "SignatureTests", dependencies: ["Signature", "Digest", "TestSupport"], exclude: ["Peers"],
            swiftSettings: testing),
        .testTarget(
            name: "JWTTests", dependencies: ["JWT", "Signature", "TestSupport"], swiftSettings: testing),
        .testTarget(
            name: "ChatProtocolTests", dependencies: ["ChatProtocol", "TestSupport"], exclude: ["Peers"],
            swiftSettings: testing),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: testing),
        .testTarget(
            name: "BenchTests", dependencies: ["Bench", "EventLoop", "JSON", "TestSupport"], swiftSettings: testing),
        .testTarget(name: "ReportPageTests", dependencies: ["ReportPage"], swiftSettings: testing),
        .testTarget(name: "RESPTests", dependencies: ["RESP", "TestSupport"], swiftSettings: testing),
        .testTarget(
            name: "WSProtocolTests", dependencies: ["WSProtocol", "Deflate", "TestSupport"], swiftSettings: testing),
        .testTarget(name: "EventLoopTests", dependencies: ["EventLoop", "TestSupport"], swiftSettings: testing),
        .testTarget(
            name: "RedisLinkTests", dependencies: ["RedisLink", "RESP", "EventLoop", "TestSupport"],
            swiftSettings: testing),
        .testTarget(
            name: "WebSocketLinkTests",
            dependencies: ["WebSocketLink", "WSProtocol", "EventLoop", "Digest", "TestSupport"],
            swiftSettings: testing),
        .testTarget(
            name: "ServerTests",
            dependencies: ["Server", "JWT", "RESP", "WSProtocol", "ChatProtocol", "EventLoop", "TestSupport"],
            exclude: ["Rights/Peers"], swiftSettings: testing),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["WSProtocol", "EventLoop", "JWT", "TestSupport", "Server", "Bench"],
            exclude: ["Peers", "Pages"],
            swiftSettings: testing),
    ],
    swiftLanguageModes: [.v6]
)
