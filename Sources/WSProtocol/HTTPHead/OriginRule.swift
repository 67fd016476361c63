// Which pages and which names may reach us (faults W11): against foreign pages that use a visitor's browser, and against DNS
// rebinding, where a foreign name is made to point at our address.

/// Decides on the `Origin` of a request.
package struct OriginRule: Sendable {
    /// What `--allow-origin` named; empty: the origin must be our own host.
    package var allowed: [Origin]

    package init(allowed: [Origin] = []) { self.allowed = allowed }

    /// Returns when the request may go on; 403 when it comes from a foreign page. A program that is no browser sends no
    /// Origin and is let in: it could send any.
    package func check(_ head: RequestHead) throws(HTTPRefusal) {
        let values = head.fields.values(of: .origin)
        guard let value = values.first else { return }
        guard values.count == 1, let origin = Origin(value) else {
            throw HTTPRefusal(
                .forbidden, "The Origin \(Quoted.text(value)) is not one origin; send scheme, host and port.")
        }
        guard allowed.isEmpty else {
            guard allowed.contains(origin) else {
                throw HTTPRefusal(
                    .forbidden, "Pages of \(Quoted.text(value)) may not connect; allow them with --allow-origin.")
            }
            return
        }
        guard let authority = head.authority, origin.isSameHost(as: authority) else {
            throw HTTPRefusal(
                .forbidden,
                "A page of \(Quoted.text(value)) may not connect to another host; allow it with --allow-origin.")
        }
    }
}
