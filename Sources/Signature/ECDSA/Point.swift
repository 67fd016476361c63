// Points of a curve y² = x³ - 3x + b and their sum. Jacobian coordinates, (x / z², y / z³) with infinity at z = 0, need no division; the
// formulas are those of D. Bernstein and T. Lange's Explicit-Formulas Database, by their names there. Every case that a formula leaves out is
// looked at first: a signature can be made to meet it.

/// A point that is not at infinity.
struct AffinePoint<let limbCount: Int>: Sendable {
    let x: FixedInteger<limbCount>
    let y: FixedInteger<limbCount>
}

struct JacobianPoint<let limbCount: Int>: Sendable {
    var x: FixedInteger<limbCount>
    var y: FixedInteger<limbCount>
    var z: FixedInteger<limbCount>

    /// Infinity.
    init() { (x, y, z) = (FixedInteger(), FixedInteger(), FixedInteger()) }

    init(_ point: AffinePoint<limbCount>, one: FixedInteger<limbCount>) { (x, y, z) = (point.x, point.y, one) }

    init(x: FixedInteger<limbCount>, y: FixedInteger<limbCount>, z: FixedInteger<limbCount>) {
        (self.x, self.y, self.z) = (x, y, z)
    }
}

extension Curve {
    /// Twice a point: dbl-2001-b, which gives infinity for infinity. No point has y = 0: the order is odd.
    func doubled(_ point: JacobianPoint<limbCount>) -> JacobianPoint<limbCount> {
        let delta = field.square(point.z)
        let gamma = field.square(point.y)
        let beta = field.multiply(point.x, gamma)
        let product = field.multiply(field.subtract(point.x, delta), field.add(point.x, delta))
        let alpha = field.add(field.add(product, product), product)
        let twoBeta = field.add(beta, beta)
        let fourBeta = field.add(twoBeta, twoBeta)
        let x = field.subtract(field.square(alpha), field.add(fourBeta, fourBeta))
        let z = field.subtract(field.subtract(field.square(field.add(point.y, point.z)), gamma), delta)
        let square = field.square(gamma)
        let twoSquare = field.add(square, square)
        let fourSquare = field.add(twoSquare, twoSquare)
        let y = field.subtract(
            field.multiply(alpha, field.subtract(fourBeta, x)), field.add(fourSquare, fourSquare))
        return JacobianPoint(x: x, y: y, z: z)
    }

    /// The sum with a point that has no third coordinate: madd-2007-bl.
    func add(_ first: JacobianPoint<limbCount>, _ second: AffinePoint<limbCount>) -> JacobianPoint<limbCount> {
        if first.z.isZero { return JacobianPoint(second, one: field.one) }
        let square = field.square(first.z)
        let u = field.multiply(second.x, square)
        let s = field.multiply(second.y, field.multiply(first.z, square))
        let h = field.subtract(u, first.x)
        let difference = field.subtract(s, first.y)
        if h.isZero { return difference.isZero ? doubled(first) : JacobianPoint() }
        let hh = field.square(h)
        let twice = field.add(hh, hh)
        let i = field.add(twice, twice)
        let j = field.multiply(h, i)
        let r = field.add(difference, difference)
        let v = field.multiply(first.x, i)
        let x = field.subtract(field.subtract(field.square(r), j), field.add(v, v))
        let product = field.multiply(first.y, j)
        let y = field.subtract(field.multiply(r, field.subtract(v, x)), field.add(product, product))
        let z = field.subtract(field.subtract(field.square(field.add(first.z, h)), square), hh)
        return JacobianPoint(x: x, y: y, z: z)
    }

    /// The sum of two points: add-2007-bl.
    func add(_ first: JacobianPoint<limbCount>, _ second: JacobianPoint<limbCount>) -> JacobianPoint<limbCount> {
        if first.z.isZero { return second }
        if second.z.isZero { return first }
        let square1 = field.square(first.z)
        let square2 = field.square(second.z)
        let u1 = field.multiply(first.x, square2)
        let u2 = field.multiply(second.x, square1)
        let s1 = field.multiply(first.y, field.multiply(second.z, square2))
        let s2 = field.multiply(second.y, field.multiply(first.z, square1))
        let h = field.subtract(u2, u1)
        let difference = field.subtract(s2, s1)
        if h.isZero { return difference.isZero ? doubled(first) : JacobianPoint() }
        let i = field.square(field.add(h, h))
        let j = field.multiply(h, i)
        let r = field.add(difference, difference)
        let v = field.multiply(u1, i)
        let x = field.subtract(field.subtract(field.square(r), j), field.add(v, v))
        let product = field.multiply(s1, j)
        let y = field.subtract(field.multiply(r, field.subtract(v, x)), field.add(product, product))
        let sum = field.square(field.add(first.z, second.z))
        let z = field.multiply(field.subtract(field.subtract(sum, square1), square2), h)
        return JacobianPoint(x: x, y: y, z: z)
    }

    /// first · generator + second · point, both multipliers below the order, by way of the odd multiples of both.
    func sum(
        _ first: FixedInteger<limbCount>, _ second: FixedInteger<limbCount>,
        _ multiples: [AffinePoint<limbCount>], width: Int
    ) -> JacobianPoint<limbCount> {
        let ofGenerator = SignedDigits(first, width: Curve.generatorWidth)
        let ofPoint = SignedDigits(second, width: width)
        var sum = JacobianPoint<limbCount>()
        var index = max(ofGenerator.count, ofPoint.count)
        while index > 0 {
            index &-= 1
            sum = doubled(sum)
            add(ofGenerator[index], of: generatorMultiples, to: &sum)
            add(ofPoint[index], of: multiples, to: &sum)
        }
        return sum
    }

    @inline(__always)
    private func add(_ digit: Int, of multiples: [AffinePoint<limbCount>], to sum: inout JacobianPoint<limbCount>) {
        if digit > 0 {
            sum = add(sum, multiples[digit / 2])
        } else if digit < 0 {
            let multiple = multiples[-digit / 2]
            sum = add(sum, AffinePoint(x: multiple.x, y: field.negate(multiple.y)))
        }
    }
}
