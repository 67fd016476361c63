// What is wrong with an address, and what to write instead. None of these repeats the address: it may hold a password.

package enum RedisAddressError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScheme
    case transportSecurity
    case options
    case userWithoutPassword
    case percentSign
    case host
    case port
    case database
    case pathNotAbsolute
    case pathTooLong

    package var description: String {
        switch self {
        case .unknownScheme: "it must begin with redis:// or unix:/, for example redis://127.0.0.1:6379"
        case .transportSecurity: "rediss:// (TLS) is not supported; put a TLS tunnel on this machine and use redis://"
        case .options: "nothing after '?' or '#' is supported; in a password write %3F and %23"
        case .userWithoutPassword: "a user needs a password: redis://user:password@host, or redis://:password@host"
        case .percentSign: "a '%' in user or password must be followed by two hexadecimal digits; a '%' itself is %25"
        case .host: "the host must be a name, an IPv4 address, or an IPv6 address in brackets"
        case .port: "the port must be a number from 1 to 65535"
        case .database: "the database after '/' must be a number"
        case .pathNotAbsolute: "unix: must be followed by an absolute path, for example unix:/run/redis/redis.sock"
        case .pathTooLong: "the path of a unix socket can have at most 107 bytes"
        }
    }
}
