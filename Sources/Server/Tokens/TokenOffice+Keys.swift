// Keys of an issuer that is asked over HTTP (row J4): when is said by `KeySetCache`, here it is done. One request at a time, whatever strangers
// send; while the issuer fails, what is known holds on.

import EventLoop
import JWT

extension TokenOffice {
    private func milliseconds() -> Int64 { Int64(clock().nanoseconds / 1_000_000) }

    /// True: the token waits for keys that are asked for. A key that is unknown may be a new one of the issuer.
    func waitForKeys(_ job: TokenJob) -> Bool {
        let begin: Bool? = state.withLock { state in
            guard case .http = state.keys.source else { return nil }
            let now = milliseconds()
            let begins = state.cache.sawUnknownKey(now: now)
            guard begins || state.cache.isFetching(now: now) else { return nil }
            state.queue.park(job)
            return begins
        }
        guard let begin else { return false }
        if begin { fetch() }
        return true
    }

    /// Asks the issuer when there are no keys or they are old; forgets what is older than the issuer may fail.
    func fetchIfDue() {
        let (begins, hasLost) = state.withLock { state in
            guard case .http = state.keys.source else { return (false, false) }
            let now = milliseconds()
            let begins = state.cache.mustFetch(now: now)
            let isTooOld = !state.found.isEmpty && state.cache.keys(now: now) == nil
            if isTooOld {
                state.found = []
                renew(&state)
            }
            return (begins, isTooOld)
        }
        if hasLost { log.write(.error, "token keys", "those of the issuer are too old and hold no longer") }
        if begins { fetch() }
    }

    /// On a thread of its own, for it waits. The cache has said that it is time.
    private func fetch() {
        let (source, number) = state.withLock { ($0.keys.source, $0.sourceNumber) }
        guard case .http(let place) = source else { return }
        counters.countFetch()
        do throws(SystemError) {
            try Threads.start("token-fetch") { [self] in
                let answer: Result<[UInt8], KeySetFetch.Failure>
                do throws(KeySetFetch.Failure) {
                    answer = .success(try KeySetFetch.text(of: place))
                } catch {
                    answer = .failure(error)
                }
                fetched(answer, place, number)
            }.detach()
        } catch {
            fetched(.failure(KeySetFetch.Failure("\(error)")), place, number)
        }
    }

    private func fetched(
        _ answer: Result<[UInt8], KeySetFetch.Failure>, _ place: KeySetSource.Place, _ number: Int
    ) {
        let shown = Printable.text(place.text, atMost: 200)
        let words: (Log.Level, String)? = state.withLock { state in
            // Of a source that was exchanged meanwhile.
            guard number == state.sourceNumber else { return nil }
            let now = milliseconds()
            defer { state.queue.unpark() }
            do throws(KeySetFetch.Failure) {
                let reading = try TokenOffice.reading(try answer.get(), state.keys)
                let isNews =
                    state.keyTrouble != nil || TokenOffice.names(state.found) != TokenOffice.names(reading.keys.keys)
                state.cache.received(reading.keys, now: now)
                state.found = reading.keys.keys
                state.keyTrouble = nil
                renew(&state)
                let notes = reading.notes.isEmpty ? "" : "; passed over: \(reading.notes.joined(separator: "; "))"
                return isNews ? (.info, "\(reading.keys.keys.count) from \(shown)\(notes)") : nil
            } catch {
                state.cache.failed(now: now)
                let hold = state.found.isEmpty ? "there are none yet" : "those known hold on"
                state.keyTrouble = "no new keys for tokens from \(shown): \(error.text); \(hold)"
                return (.error, "not fetched from \(shown): \(error.text); \(hold)")
            }
        }
        if let words { log.write(words.0, "token keys", Printable.text(words.1, atMost: 1_000)) }
        ringAll()
    }

    private static func reading(_ text: [UInt8], _ keys: TokenKeys) throws(KeySetFetch.Failure) -> KeySet.Reading {
        do throws(KeyFault) { return try keys.reading(text) } catch { throw KeySetFetch.Failure("\(error)") }
    }

    /// Algorithms and names, no keys.
    private static func names(_ keys: [VerificationKey]) -> [String] { keys.map(\.description) }

    // MARK: A file

    var watchedKeyFile: String? {
        state.withLock { state in
            guard case .file(let path) = state.keys.source else { return nil }
            return path
        }
    }

    /// The file with the key set has changed.
    func takeKeyFile(_ text: [UInt8], _ path: String) {
        let shown = Printable.text(path, atMost: 200)
        let words: (Log.Level, String) = state.withLock { state in
            do throws(KeySetFetch.Failure) {
                let reading = try TokenOffice.reading(text, state.keys)
                state.found = reading.keys.keys
                state.keyTrouble = nil
                renew(&state)
                let notes = reading.notes.isEmpty ? "" : "; passed over: \(reading.notes.joined(separator: "; "))"
                return (.info, "\(reading.keys.keys.count) from \(shown)\(notes)")
            } catch {
                state.keyTrouble = "the keys for tokens are not those of \(shown): \(error.text)"
                return (.error, "\(shown): \(error.text); what was read before holds on")
            }
        }
        log.write(words.0, "token keys", Printable.text(words.1, atMost: 1_000))
    }

    func keyFileFailed(_ words: String) {
        state.withLock { $0.keyTrouble = "the keys for tokens are not the newest: \(words)" }
        log.write(.error, "token keys", "\(words); what was read before holds on")
    }
}
