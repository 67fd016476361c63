// All rows of the table, in its order. A new row is a line in the file of its family, or a family of its own and a line
// here. Names are what `--only` takes and what figures are kept under: a row that measures something else gets another name.

enum CodecRows {
    static func all() -> [CodecBench] {
        RESPBench.rows() + FrameBench.rows() + MaskingBench.rows() + UTF8Bench.rows() + HandshakeBench.rows()
            + DigestBench.rows() + DeflateBench.rows() + JSONBench.rows() + TokenBench.rows() + FanoutBench.rows()
    }
}
