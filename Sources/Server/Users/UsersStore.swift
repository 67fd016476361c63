// The users' file on disk: read only when nobody else may read it, changed as a whole.

import EventLoop

enum UsersStore {
    /// For the person at the terminal or for the log: file, what is wrong, remedy. Nothing of what the file holds.
    struct Failure: Error, Equatable {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static func load(_ path: String) throws(Failure) -> (users: UsersFile, mark: FileMark) {
        let shown = Printable.text(path, atMost: 200)
        let found: (bytes: [UInt8], mark: FileMark)
        do throws(SystemError) {
            found = try PrivateFile.read(path, bytesMax: UsersFile.bytesMax)
        } catch {
            let remedy = error.isMissing ? "make it with rookery user add NAME" : "check its rights"
            throw Failure("\(shown): \(error); \(remedy)")
        }
        guard found.mark.isPrivate else {
            let mode = String(found.mark.mode, radix: 8)
            throw Failure("\(shown): its mode is 0\(mode), so others could take the hashes; chmod 600 \(shown)")
        }
        guard found.bytes.count <= UsersFile.bytesMax else {
            throw Failure("\(shown): longer than \(UsersFile.bytesMax) bytes")
        }
        do throws(UsersFile.Problem) {
            return (try UsersFile(found.bytes), found.mark)
        } catch {
            throw Failure("\(shown):\(error.line): \(error.text)")
        }
    }

    /// Reads, changes and replaces the file while no other `rookery user` does. `makes`: begin with nobody where there is no file yet.
    static func change<Result>(
        _ path: String, makes: Bool, _ body: (inout UsersFile) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let shown = Printable.text(path, atMost: 200)
        return try PrivateFile.withFolderLocked(of: path, orElse: { Failure("\(shown): \($0)") }) {
            () throws(Failure) in
            var users = UsersFile()
            var isThere = true
            do throws(SystemError) { _ = try PrivateFile.mark(path) } catch { isThere = !error.isMissing }
            if isThere || !makes { users = try load(path).users }
            let result = try body(&users)
            do throws(SystemError) {
                try PrivateFile.replace(path, with: users.bytes)
            } catch {
                throw Failure("\(shown): \(error)")
            }
            return result
        }
    }
}
