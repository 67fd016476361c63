// The hot loop of the server: a turn's publications of one channel, written to everyone who follows it. One `send` for each connection
// and turn, of the same shared bytes, however many messages they hold; next to nothing is done beside it (`Tools/profile` measures that).

import EventLoop

extension ConnectionWriter {
    /// Writes a run to each member. What a socket does not take waits in that connection's own backlog; nobody waits for it.
    func deliver(_ run: Run, to members: [UInt32]) {
        let frames = run.frames
        var sends = 0
        var taken = 0
        // Members are looked at in groups, before anything is sent to them: their places in the table come from memory side by side. One
        // by one each was waited for, as the kernel's work for the one before had pushed it out of the caches: half of what a send cost.
        var descriptors = InlineArray<32, Int32>(repeating: -1)
        var start = 0
        while start < members.count {
            let count = min(descriptors.count, members.count - start)
            for place in 0..<count {
                let slot = members[start + place]
                // A descriptor that is -1 here: others stand before this run.
                descriptors[place] = table.takesRuns(slot) ? table[slot].descriptor : -1
            }
            for place in 0..<count {
                let slot = members[start + place]
                guard descriptors[place] >= 0 else {
                    append(frames, behindOthersOf: slot)
                    continue
                }
                sends += 1
                let result = Socket.send(descriptors[place], frames.span)
                if case .bytes(frames.count) = result {
                    taken += 1
                } else {
                    settle(result, of: frames.span, for: slot)
                }
            }
            start += count
        }
        metrics.sends.add(sends)
        metrics.bytesOut.add(taken * frames.count)
        metrics.messagesOut.add(run.messages * members.count)
    }
}
