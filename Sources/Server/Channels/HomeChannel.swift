// One channel at its home: who wants its publications in which forms, and what of this turn waits to be sent to them.

import WSProtocol

/// One channel at its home.
struct HomeChannel {
    /// Empty: the place is free.
    var name = ChannelName([])
    var interests: [ChannelInterest] = []
    /// The forms somebody wants, by window: forms that share a compressed payload stand side by side.
    var forms: [HomeForm] = []
    var isDirty = false
    /// Stays subscribed without an audience, so that its first client waits for nothing.
    var isPinned = false
    /// The node itself listens: a channel of nodes among themselves.
    var listener: (([UInt8]) -> Void)?
    /// The broker has said that publications arrive.
    var isConfirmed = false
    /// The protocol door's channel; nil: one of the other doors.
    var chat: ChatChannel?
}

extension HomeChannel {
    /// Encodes publications that are UTF-8 once for each form.
    mutating func append(_ publications: borrowing Publications, _ deflaters: Deflaters) {
        guard !compresses else {
            publications.forEach { _ = append($0, isText: true, deflaters) }
            return
        }
        for place in forms.indices { forms[place].append(publications) }
    }

    /// Forms without compression stand first.
    private var compresses: Bool { forms[forms.count - 1].form.windowBits > 0 }

    /// Encodes a publication once for each form. False when there is a form that cannot carry it.
    mutating func append(_ payload: Span<UInt8>, isText: Bool, _ deflaters: Deflaters) -> Bool {
        var fitsAll = true
        if compresses { deflaters.beginMessage() }
        for place in forms.indices {
            if isText || forms[place].form.payload == .bytes {
                forms[place].append(isText ? .text : .binary, payload, deflaters)
            } else {
                fitsAll = false
            }
        }
        return fitsAll
    }

    /// Encodes a message of the protocol door once for each form.
    mutating func append(_ message: inout ChatMessage, _ deflaters: Deflaters) {
        for place in forms.indices { forms[place].append(&message, deflaters) }
    }

    mutating func want(_ form: WireForm) {
        if let place = forms.firstIndex(where: { $0.form == form }) {
            forms[place].wanted += 1
        } else {
            let place = forms.firstIndex { $0.form.windowBits > form.windowBits } ?? forms.endIndex
            forms.insert(HomeForm(form: form, wanted: 1), at: place)
        }
    }

    mutating func release(_ form: WireForm) {
        guard let place = forms.firstIndex(where: { $0.form == form }) else { return }
        forms[place].wanted -= 1
        // Publications of this turn had readers when they came; those have gone.
        if forms[place].wanted == 0 { forms.remove(at: place) }
    }
}

/// A form that somebody wants.
struct HomeForm {
    let form: WireForm
    /// How many interests there are.
    var wanted = 0
    /// This turn's publications.
    var run = Run()
    /// A little more than the run before had: the next one begins with as much room.
    private var roomBytes = 0

    init(form: WireForm, wanted: Int) {
        self.form = form
        self.wanted = wanted
    }

    /// Of a form that does not compress.
    mutating func append(_ publications: borrowing Publications) {
        begin(publications.places.count)
        FrameEncoder.append(
            .text, payloads: publications.places, of: publications.bytes, behind: publications.beginning,
            to: &run.frames)
    }

    private mutating func begin(_ messages: Int) {
        if run.isEmpty { run.frames.reserveCapacity(roomBytes) }
        run.messages += messages
    }

    mutating func append(_ opcode: Opcode, _ payload: Span<UInt8>, _ deflaters: Deflaters) {
        begin(1)
        if form.windowBits == 0 {
            FrameEncoder.append(opcode, payload: payload, to: &run.frames)
        } else {
            deflaters.append(opcode, payload, windowBits: form.windowBits, to: &run.frames)
        }
    }

    mutating func append(_ message: inout ChatMessage, _ deflaters: Deflaters) {
        guard form.hearsJoins || message.isPublication else { return }
        // What has no place in the stream says nothing of the epoch of those that have one.
        if message.offset > 0 { run.epoch = message.epoch }
        guard let frame = message.bytes(for: form, inFull: false) else {
            run.lacksPublication = true
            return
        }
        if message.hasDelta(for: form), let full = message.bytes(for: form, inFull: true) {
            if run.fullFrames.isEmpty { run.fullFrames = run.frames }
            HomeForm.append(full, form, to: &run.fullFrames, deflaters)
        } else if !run.fullFrames.isEmpty {
            HomeForm.append(frame, form, to: &run.fullFrames, deflaters)
        }
        begin(1)
        HomeForm.append(frame, form, to: &run.frames, deflaters)
        let fullEnd = run.fullFrames.isEmpty ? run.frames.count : run.fullFrames.count
        run.parts.append(
            RunPart(
                end: run.frames.count, fullEnd: fullEnd, offset: message.offset, isPublication: message.isPublication,
                tags: message.tags))
    }

    /// Static: a copy of `self` would make each of these a copy of the frames.
    private static func append(
        _ payload: [UInt8], _ form: WireForm, to frames: inout [UInt8], _ deflaters: Deflaters
    ) {
        let opcode = form.payload == .chatProtobuf ? Opcode.binary : .text
        if form.windowBits == 0 {
            FrameEncoder.append(opcode, payload: payload.span, to: &frames)
        } else {
            // Each form has its own payload, or shares it with one that stands elsewhere.
            deflaters.beginMessage()
            deflaters.append(opcode, payload.span, windowBits: form.windowBits, to: &frames)
        }
    }

    mutating func takeRun() -> Run {
        roomBytes = run.frames.count + run.frames.count / 8
        defer { run = Run() }
        return run
    }
}
