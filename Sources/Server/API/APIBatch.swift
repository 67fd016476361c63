// batch: commands one after the other, or side by side. Each has its answer in its place, whatever became of the others.

import ChatProtocol

extension APICommands {
    /// The whole answer, which is not wrapped.
    func batch(_ request: APIObject, _ done: @escaping (APIReply) -> Void) {
        let count = count
        do throws(ReplyError) {
            let commands = try request.objects("commands") ?? []
            let isParallel = try request.boolean("parallel") ?? false
            let finish: ([[UInt8]]) -> Void = { replies in
                count(.batch, .done)
                done(.success(APIResult.list(replies, as: "replies")))
            }
            guard !commands.isEmpty else { return finish([]) }
            if isParallel { sideBySide(commands, finish) } else { APISequence(self, commands, finish).goOn() }
        } catch {
            count(.batch, .refused)
            done(.failure(error))
        }
    }

    private func sideBySide(
        _ commands: [Result<APIObject?, ReplyError>], _ finish: @escaping ([[UInt8]]) -> Void
    ) {
        let replies = APIReplies(count: commands.count) { replies in
            finish(replies.map { (try? $0.get()) ?? [] })
        }
        for (index, command) in commands.enumerated() {
            run(command) { replies.set(index, .success($0)) }
        }
    }

    /// One command of a batch: an object with the method's name as its one member. Answers with what stands in its place.
    func run(_ command: Result<APIObject?, ReplyError>, _ done: @escaping ([UInt8]) -> Void) {
        do throws(ReplyError) {
            guard let object = try command.get() else {
                throw ReplyError(ReplyError.badRequest.code, "bad request: a command is null")
            }
            let (method, request) = try named(object)
            run(method, request) { done(APIResult.wrapped($0, as: method.rawValue)) }
        } catch {
            done(APIResult.wrapped(.failure(error), as: "error"))
        }
    }

    private func named(_ object: APIObject) throws(ReplyError) -> (APIMethod, APIObject) {
        guard let name = object.names.first else {
            throw ReplyError(ReplyError.methodNotFound.code, "method not found: \(object.path) names none")
        }
        guard object.names.count == 1 else {
            throw .badMember(place: object.path, "has \(object.names.count) members; a command has one")
        }
        let place = "\(object.path).\(APIObject.shown(name))"
        guard let method = APIMethod(name) else {
            throw ReplyError(ReplyError.methodNotFound.code, "method not found: \(place)")
        }
        guard let request = try object.object(method.rawValue) else { throw .badMember(place: place, "is null") }
        return (method, request)
    }
}

/// Commands one after the other, however many answer at once: without a call inside of a call for each.
private final class APISequence {
    private let commands: APICommands
    private let list: [Result<APIObject?, ReplyError>]
    private let finish: ([[UInt8]]) -> Void
    private var replies: [[UInt8]] = []
    private var isRunning = false

    init(
        _ commands: APICommands, _ list: [Result<APIObject?, ReplyError>], _ finish: @escaping ([[UInt8]]) -> Void
    ) {
        self.commands = commands
        self.list = list
        self.finish = finish
    }

    func goOn() {
        guard !isRunning else { return }
        isRunning = true
        defer { isRunning = false }
        while replies.count < list.count {
            let index = replies.count
            commands.run(list[index]) { [self] reply in
                replies.append(reply)
                goOn()
            }
            guard replies.count > index else { return }
        }
        finish(replies)
    }
}
