/// What is wrong with what the program was told, as a sentence that names it.
struct FanoutProblem: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
