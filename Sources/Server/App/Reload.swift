// SIGHUP: the settings are read again, and what may change while running changes. The rest is told by name and waits for a restart; a
// configuration with which no node would start changes nothing at all.

import EventLoop

/// Reads on a thread of its own, for a disk may make it wait; two calls come one after the other.
final class Reload: Sendable {
    typealias Read = @Sendable () throws(ConfigurationReader.Failure) -> LoadedConfiguration

    private let node: Node
    private let read: Read
    /// What is in force.
    private let loaded: Lock<LoadedConfiguration>

    init(_ loaded: LoadedConfiguration, node: Node, read: @escaping Read) {
        self.loaded = Lock(loaded)
        self.node = node
        self.read = read
    }

    func start() {
        do throws(SystemError) {
            try Threads.start("reload") { [self] in run() }.detach()
        } catch {
            node.log.write(.error, "reload", "nothing changed: \(error)")
        }
    }

    private func run() {
        let words = loaded.withLock { loaded in
            guard loaded.configuration.file != nil else {
                return (Log.Level.info, "there is no --config to read again; nothing changed")
            }
            do throws(ConfigurationReader.Failure) {
                let change = try ConfigurationChange(from: loaded, to: try read())
                let hadKeys = node.live.api.keys
                try change.apply(to: node)
                let words = change.words(hasOtherKeys: hadKeys != node.live.api.keys)
                loaded = change.merged
                return (change.waiting.isEmpty ? .info : .warning, words)
            } catch {
                let reasons = error.message.split(separator: "\n").joined(separator: "; ")
                return (.error, "nothing changed: \(Printable.text(reasons, atMost: 2_000))")
            }
        }
        node.log.write(words.0, "reload", words.1)
    }
}

/// What becomes of a configuration when another one is read.
struct ConfigurationChange: Sendable {
    /// The old one with all that may change.
    let merged: LoadedConfiguration
    /// The same with what its files hold, as it is in force.
    private let inForce: Configuration
    let access: AccessPolicy
    /// Names of what has changed.
    let changed: [String]
    /// Names of what differs and waits for a restart.
    let waiting: [String]

    /// Fails when no node would start with `fresh`, or with what would be in force.
    init(from old: LoadedConfiguration, to fresh: LoadedConfiguration) throws(ConfigurationReader.Failure) {
        var changed: [String] = []
        var waiting: [String] = []
        for setting in Settings.all where try !setting.isSame(old.given[setting.flag], fresh.given[setting.flag]) {
            let key = ConfigurationFile.key(of: setting.flag)
            if setting.changesWhileRunning { changed.append(key) } else { waiting.append(key) }
        }
        if old.configuration.channels != fresh.configuration.channels { changed.append("namespaces") }
        _ = try ConfigurationChange.checked(fresh)
        merged = try old.takingOver(fresh)
        let configuration: Configuration
        do throws(ConfigurationReader.Failure) {
            configuration = try ConfigurationChange.checked(merged)
        } catch {
            // What is wrong with both together is in neither: the file by itself would start a node.
            let names = waiting.joined(separator: ", ")
            throw ConfigurationReader.Failure(
                message:
                    "restart the node: \(names) cannot change while it runs, and without that the rest does not go (\(error.message))"
            )
        }
        inForce = configuration
        do throws(SettingProblem) {
            access = try AccessPolicy(configuration, listening: configuration.listen)
        } catch {
            throw ConfigurationReader.Failure(message: error.text)
        }
        self.changed = changed
        self.waiting = waiting
    }

    /// From now on the node works with it.
    func apply(to node: Node) throws(ConfigurationReader.Failure) {
        do throws(TokenKeys.Problem) {
            try node.tokens?.apply(inForce.tokens)
        } catch {
            throw ConfigurationReader.Failure(message: error.text)
        }
        if let logins = node.logins {
            do throws(LoginTokens.Problem) {
                logins.apply(try LoginTokens(inForce.tokens, seconds: inForce.loginSeconds))
            } catch {
                throw ConfigurationReader.Failure(message: error.text)
            }
        }
        node.apply(inForce, access: access)
    }

    /// `hasOtherKeys`: what files or variables of keys hold has changed, which nobody may see.
    func words(hasOtherKeys: Bool = false) -> String {
        let changed = hasOtherKeys ? changed + ["keys of the HTTP API"] : changed
        var words = changed.isEmpty ? "nothing changed" : "changed: \(changed.joined(separator: ", "))"
        if !waiting.isEmpty { words += "; only after a restart: \(waiting.joined(separator: ", "))" }
        // What stands in them is not told apart, and never shown.
        if inForce.tokens.isAsked { words += "; the files about tokens were read again" }
        return words
    }

    private static func checked(_ loaded: LoadedConfiguration) throws(ConfigurationReader.Failure) -> Configuration {
        var configuration = loaded.configuration
        let problems = StartRules.problems(&configuration)
        guard problems.isEmpty else {
            let lines = problems.map { loaded.place(of: $0.flag) + $0.text }
            throw ConfigurationReader.Failure(message: lines.joined(separator: "\n"))
        }
        return configuration
    }
}
