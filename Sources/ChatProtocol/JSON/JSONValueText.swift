// Whether bytes are one JSON value, within the limits of messages.

import JSON

package enum JSONValueText {
    package static func isOne(_ bytes: Span<UInt8>) -> Bool {
        var reader = JSONReader(
            limits: JSONLimits(depthMax: MessageLimits.depthMax, valueCountMax: MessageLimits.valuesMax))
        do throws(JSONError) {
            while try reader.next(in: bytes) != nil {}
            return true
        } catch {
            return false
        }
    }
}
