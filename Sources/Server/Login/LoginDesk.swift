// One loop's way to the office: remembers whom an answer is for.

import EventLoop

final class LoginDesk {
    private let office: LoginOffice
    private let answers: Mailbox<LoginAnswer>
    private var nextNumber: UInt64 = 0
    private var waiting: [UInt64: (LoginOutcome) -> Void] = [:]

    init(_ office: LoginOffice, on loop: EventLoop) {
        self.office = office
        answers = Mailbox(wakeup: loop.wakeup)
        loop.onWakeup { [weak self] in self?.deliver() }
    }

    /// `done` on this loop, once, at once or in a later turn.
    func logIn(_ login: LoginRequest, from address: IPAddress, _ done: @escaping (LoginOutcome) -> Void) {
        let job = LoginJob(
            number: nextNumber, login: login, key: LoginKey(address, login.user), address: BucketKey(address: address),
            answers: answers)
        waiting[nextNumber] = done
        nextNumber += 1
        if let outcome = office.submit(job) { tell(job.number, outcome) }
    }

    private func deliver() {
        for answer in answers.drain() { tell(answer.number, answer.outcome) }
    }

    private func tell(_ number: UInt64, _ outcome: LoginOutcome) {
        office.count(outcome)
        waiting.removeValue(forKey: number)?(outcome)
    }
}
