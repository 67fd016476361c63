// The hot loop of the server: a turn's publications of one channel, written to everyone who follows it. One `send` for each connection
// and turn, of the same shared bytes, however many messages they hold; next to nothing is done beside it (`Tools/profile` measures that).

import EventLoop

extension ConnectionWriter {
    /// Writes a run to each member. What a socket does not take waits in that connection's own backlog; nobody waits for it.
    func deliver(_ run: Run, to members: [UInt32]) {
        let frames = run.frames
        var sends = 0
        var taken = 0
        for slot in members {
            guard table.takesRuns(slot) else {
                append(frames, behindOthersOf: slot)
                continue
            }
            sends += 1
            let result = Socket.send(table[slot].descriptor, frames.span)
            if case .bytes(frames.count) = result {
                taken += 1
            } else {
                settle(result, of: frames.span, for: slot)
            }
        }
        metrics.sends.add(sends)
        metrics.bytesOut.add(taken * frames.count)
        metrics.messagesOut.add(run.messages * members.count)
    }
}
